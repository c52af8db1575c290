"""What an order costs, decision and state, for a customer with few orders and for one with very many; no broker."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agents.partition_work import Assignment, PartitionWork
from agents.work import Work
from schemas.policy import Policy
from schemas.policy_file import load_policy
from schemas.topics import Topics
from tables.partition_table import PartitionTable
from tables.position import Position
from tables.rocks import RocksMemory
from tables.tombstones import Tombstones
from tests.bench.orders import BEGIN, Order, wire
from tests.bench.workers import POLICY

FEW: Final = 3
MINUTE_MS: Final = 60_000
BUILDING: Final = 1_000
"""Records of a transaction while the long history is built."""
WRITE_BACK: Final = 25


@dataclass(frozen=True, slots=True)
class FlatCost:
    """Microseconds of one order; each is alone in its transaction, and its share of the write-back is in it."""

    few: float
    many: float
    history: int


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order as it would have been fetched."""

    timestamp: int
    key: bytes
    value: bytes
    topic: str = Topics().orders
    partition: int = 0
    offset: int = 0
    headers: Sequence[tuple[str, bytes]] = ()


class Partition:
    """One partition without its broker: decides, takes over, writes back."""

    def __init__(self, directory: Path, policy: Policy | None = None) -> None:
        self.table = PartitionTable(RocksMemory().open(directory / "partition"))
        assignment = Assignment(0, lambda _: 0, Tombstones(b"bench"))
        self._work = PartitionWork(assignment, policy or load_policy(str(POLICY)), Topics(), standings=False)
        self.transactions = 0
        self.moved = 0
        """Moves that all transactions would have published."""

    def take(self, records: Sequence[OrderRecord]) -> None:
        """Do what one transaction does, but for Kafka."""
        work = Work(self.table.begin(), detected_at=records[-1].timestamp)
        self._work.absorb(work, records)
        assert not work.tally.rejected, "the bench writes good orders"
        self.transactions += 1
        self.moved += len(work.outgoing)
        self.table.apply(work.draft, Position(self.transactions, 0))


def measure(history: int, repeats: int) -> FlatCost:
    """Build a long history through the same code, then time the next orders of both kinds of customers."""
    with tempfile.TemporaryDirectory(prefix="segue-bench-") as directory:
        partition = Partition(Path(directory))
        for i, start in enumerate(range(0, history, BUILDING), start=1):
            partition.take([_placed("many", n) for n in range(start, min(history, start + BUILDING))])
            if i % WRITE_BACK == 0:
                partition.table.flush()
        few = _few(partition, repeats)
        many = _many(partition, history, repeats)
        return FlatCost(few, many, history)


def _few(partition: Partition, repeats: int) -> float:
    """Time the fourth order of many customers; their rows are in memory, as that of the other customer is."""
    partition.table.flush()
    for i in range(repeats):
        partition.take([_placed(f"few-{i}", n) for n in range(FEW)])
    return _timed(partition, [_placed(f"few-{i}", FEW) for i in range(repeats)])


def _many(partition: Partition, history: int, repeats: int) -> float:
    """Time the next orders of the customer with the long history."""
    partition.table.flush()
    partition.take([_placed("many", history)])
    return _timed(partition, [_placed("many", history + 1 + i) for i in range(repeats)])


def _timed(partition: Partition, records: Sequence[OrderRecord]) -> float:
    began = time.perf_counter()
    for record in records:
        partition.take([record])
    partition.table.flush()
    return (time.perf_counter() - began) * 1e6 / len(records)


def _placed(customer: str, number: int) -> OrderRecord:
    """Write an order large enough that nobody moves after the third: both customers are champions."""
    at = BEGIN + number * MINUTE_MS
    order = Order(f"o-{number:09d}", f"c-{customer:>8}".replace(" ", "0"), at, 20_000)
    return OrderRecord(at, order.customer.encode(), wire(order))
