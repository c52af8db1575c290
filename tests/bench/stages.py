"""`python -m tests.bench.stages`: what each stage of one order costs on the way through a partition; no broker."""

import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from agents.decisions.customer import Customer
from agents.decisions.full_timeline import timeline
from agents.decisions.in_force import InForce
from agents.decisions.life import Life
from agents.decisions.moves import Move
from agents.decisions.nothing_stored import NothingStored
from agents.publishing import Publisher
from app import COMPILED
from schemas.customer_row import CustomerRow
from schemas.decoding import decode
from schemas.facts import Fact
from schemas.policy_file import load_policy
from schemas.rejections import Rejected
from schemas.topics import Topics
from tables.customer_codec import decode_customer, encode_customer
from tests.bench.flat_cost import OrderRecord, Partition
from tests.bench.orders import orders, wire
from tests.bench.workers import POLICY

ORDERS: Final = 60_000
SLICE: Final = 1_000
REPEATS: Final = 5
"""The best one counts: other work can only make a run slower."""
NOTHING: Final = NothingStored()

Stage = tuple[str, float]
"""Its name and its microseconds per order."""


def main() -> int:
    """Measure, and print a line for each stage."""
    records = [OrderRecord(order.at, order.customer.encode(), wire(order)) for order in orders(ORDERS)]
    gc.collect()
    gc.freeze()
    sys.stdout.write(f"{ORDERS:,} orders of {ORDERS // 10:,} customers, {'compiled' if COMPILED else 'source'}\n")
    for name, microseconds in _stages(records):
        sys.stdout.write(f"  {name:<34} {microseconds:>7.2f} us an order\n")
    return 0


def _stages(records: list[OrderRecord]) -> Iterator[Stage]:
    yield "decode and check", _best(lambda: [decode(record) for record in records])
    lives = _Lives([fact for fact in map(decode, records) if not isinstance(fact, Rejected)])
    yield "row: read", _best(lambda: [decode_customer(row) for row in lives.rows])
    rows = [decode_customer(row) for row in lives.rows]
    yield "row: write", _best(lambda: [encode_customer(row) for row in rows])
    yield "decide, from and to a row", _best(lives.live)
    yield "one decision, the median of all", min(lives.median() for _ in range(REPEATS))
    publisher = Publisher(Topics(), lives.in_force.policy)
    share = f"publish {len(lives.moves) / ORDERS:.2f} moves"
    yield share, _best(lambda: [publisher.publish(move, b"c-1", 0) for move in lives.moves])
    yield "all, with tables and grouping", _whole(records)


class _Lives:
    """Every order with the row that its customer had before it."""

    def __init__(self, facts: list[Fact]) -> None:
        self.in_force = InForce(load_policy(str(POLICY)))
        self.facts = facts
        self.rows: list[bytes] = []
        self.moves: list[Move] = []
        newest = dict.fromkeys((fact.customer_id for fact in facts), encode_customer(CustomerRow()))
        for fact in facts:
            self.rows.append(newest[fact.customer_id])
            life, row = self._lived(fact, self.rows[-1])
            newest[fact.customer_id] = encode_customer(row)
            self.moves += [told for told in life.timeline.told if isinstance(told, Move)]

    def live(self) -> None:
        """Decide every order."""
        for fact, stored in zip(self.facts, self.rows, strict=True):
            encode_customer(self._lived(fact, stored)[1])

    def median(self) -> float:
        """Decide every order on a row that is read already; gives the median, with what asking the clock costs."""
        took = []
        for fact, row in zip(self.facts, map(decode_customer, self.rows), strict=True):
            began = time.perf_counter_ns()
            self._decide(fact, row)
            took.append(time.perf_counter_ns() - began)
        return statistics.median(took) / 1_000

    def _lived(self, fact: Fact, stored: bytes) -> tuple[Life, CustomerRow]:
        row = decode_customer(stored)
        return self._decide(fact, row), row

    def _decide(self, fact: Fact, row: CustomerRow) -> Life:
        customer = Customer(fact.customer_id, row, NOTHING)
        life = Life(customer, timeline(customer, self.in_force), self.in_force.policy)
        life.take((fact,))
        return life


def _whole(records: list[OrderRecord]) -> float:
    """Go the whole way, once: a partition keeps what it has."""
    with tempfile.TemporaryDirectory(prefix="segue-bench-") as directory:
        partition = Partition(Path(directory))
        began = time.process_time()
        for start in range(0, ORDERS, SLICE):
            partition.take(records[start : start + SLICE])
        return (time.process_time() - began) / ORDERS * 1e6


def _best(work: Callable[[], object]) -> float:
    took = []
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took) / ORDERS * 1e6


if __name__ == "__main__":
    sys.exit(main())
