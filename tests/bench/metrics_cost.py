"""Transactions of orders in, the share that their metrics and the scrapes take of the worker's time out; no broker."""

import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final, cast

from prometheus_client import CollectorRegistry, generate_latest

from agents.partition_work import Assignment, PartitionWork
from agents.run import LogEnd
from agents.work import Work
from app.metrics import Metrics
from app.runtime.intake import Batch, Intake
from app.runtime.opening import OpenPartition
from app.runtime.transaction import Committed
from schemas.policy_file import load_policy
from schemas.topics import Topics
from tables.partition_table import PartitionTable
from tables.position import Position
from tables.rocks import RocksMemory
from tables.tombstones import Tombstones
from tests.bench.flat_cost import OrderRecord
from tests.bench.orders import orders, wire
from tests.bench.workers import POLICY

TRANSACTIONS: Final = 60
RECORDS: Final = 500
"""Of one transaction; busy partitions make them ten times as large, which costs less per record."""
SCRAPE_S: Final = 15.0


class _Source:
    """The inputs of one partition, all read."""

    partition = 0

    def log_end(self, topic: str) -> LogEnd:
        return LogEnd(0, 0)


def share() -> float:
    """Give the part of the time of decisions and metrics together that metrics take, scrapes included."""
    policy, topics = load_policy(str(POLICY)), Topics()
    metrics = Metrics(CollectorRegistry(), policy)
    with tempfile.TemporaryDirectory(prefix="segue-bench-") as directory:
        table = PartitionTable(RocksMemory(64, 64).open(Path(directory) / "partition"))
        assignment = Assignment(0, lambda _: 0, Tombstones(b"bench"))
        work = PartitionWork(assignment, policy, topics, standings=False)
        opened = OpenPartition(
            cast("Any", None), table, Intake(dict.fromkeys(topics.inputs, 0)), {}, {}, {}, 0, Counter(), new=False
        )
        deciding, counting = _run(work, opened, metrics)
    began = time.process_time()
    generate_latest(metrics.registry)
    scraping = (time.process_time() - began) / SCRAPE_S
    return counting / (deciding + counting) + scraping


def _run(work: PartitionWork, opened: OpenPartition, metrics: Metrics) -> tuple[float, float]:
    """CPU seconds of deciding, and of counting what was decided."""
    deciding = counting = 0.0
    placed = [OrderRecord(order.at, order.customer.encode(), wire(order)) for order in orders(TRANSACTIONS * RECORDS)]
    for number in range(TRANSACTIONS):
        records = placed[number * RECORDS : (number + 1) * RECORDS]
        began = time.process_time()
        done = Work(opened.table.begin(), detected_at=records[-1].timestamp)
        work.absorb(done, records)
        opened.table.apply(done.draft, Position(number + 1, 0))
        decided = time.process_time()
        _count(metrics, opened, Committed(done, Batch(records, {}, {}), False, began, decided, decided))
        counting += time.process_time() - decided
        deciding += decided - began
    return deciding, counting


def _count(metrics: Metrics, opened: OpenPartition, committed: Committed) -> None:
    """Count what a task counts for each transaction."""
    metrics.run_records.observe(RECORDS)
    metrics.committed(committed)
    metrics.partitions.position(cast("Any", _Source()), opened)
