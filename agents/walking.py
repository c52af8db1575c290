"""A partition's customers, some in each transaction, in; what they hold at a freeze, or the moves of a turn, out."""

from typing import Final

from msgspec.structs import replace

from agents.freezing import Freeze
from agents.partition_work import PartitionWork
from agents.work import Work
from schemas.rows import SweepRow
from tables.customer_codec import decode_customer
from tables.walking import customers_after

READ: Final = 16
"""Customers read together of whom a turn may move all."""


def walk_freeze(partition: PartitionWork, work: Work, freeze: Freeze, limit: int) -> None:
    """Take down what the next customers hold at a freeze."""
    walked = customers_after(work.draft, freeze.row.cursor, limit)
    for customer, stored in walked:
        if stored is not None:
            partition.take_down(work, freeze, customer, stored)
    freeze.reached(walked[-1][0] if walked else freeze.row.cursor, last=len(walked) < limit)


def walk_sweep(partition: PartitionWork, work: Work, sweep: SweepRow, limit: int, moved: int | None = None) -> SweepRow:
    """Let the next customers come to a turn: an instant at which other cut points or another policy came into force.

    Whoever it leaves where she was is not written. `moved`: after about so many who are, it ends early.
    """
    cursor, left = sweep.cursor, limit if moved is None else moved
    for start in range(0, limit, READ):
        wanted = min(READ, limit - start)
        walked = customers_after(work.draft, cursor, wanted)
        for customer, stored in walked:
            if stored is not None and _concerns(partition, stored, sweep.at):
                partition.advance(work, customer, stored, (), until=sweep.at)
                left -= 1
        cursor = walked[-1][0] if walked else cursor
        if len(walked) < wanted or left <= 0:
            return replace(sweep, cursor=cursor, done=len(walked) < wanted)
    return replace(sweep, cursor=cursor)


def _concerns(partition: PartitionWork, stored: bytes, at: int) -> bool:
    """Tell whether a turn may place a customer elsewhere."""
    row = decode_customer(stored)
    return row.met and 0 < partition.in_force.turn_after(row, row.at) <= at
