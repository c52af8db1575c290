"""A partition's customers, some in each transaction, in; what they hold at a freeze, or the moves of a turn, out."""

from msgspec.structs import replace

from agents.freezing import Freeze
from agents.partition_work import PartitionWork
from agents.work import Work
from schemas.rows import SweepRow
from tables.customer_codec import decode_customer
from tables.walking import customers_after


def walk_freeze(partition: PartitionWork, work: Work, freeze: Freeze, limit: int) -> None:
    """Take down what the next customers hold at a freeze."""
    walked = customers_after(work.draft, freeze.row.cursor, limit)
    for customer, stored in walked:
        if stored is not None:
            partition.take_down(work, freeze, customer, stored)
    freeze.reached(walked[-1][0] if walked else freeze.row.cursor, last=len(walked) < limit)


def walk_sweep(partition: PartitionWork, work: Work, sweep: SweepRow, limit: int) -> SweepRow:
    """Let the next customers come to a turn: an instant at which other cut points or another policy came into force.

    Whoever it leaves where she was is not written.
    """
    walked, in_force = customers_after(work.draft, sweep.cursor, limit), partition.in_force
    for customer, stored in walked:
        row = decode_customer(stored) if stored is not None else None
        if row is not None and row.met and 0 < in_force.turn_after(row, row.at) <= sweep.at:
            partition.advance(work, customer, stored, (), until=sweep.at)
    cursor = walked[-1][0] if walked else sweep.cursor
    return replace(sweep, cursor=cursor, done=len(walked) < limit)
