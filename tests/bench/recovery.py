"""A changelog in, changelog rows restored per second out: a worker that has lost its disk starts again."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from schemas.topics import Topics
from tests.bench import workers
from tests.bench.broker import Broker
from tests.bench.orders import PARTITIONS
from tests.bench.processes import WorkerProcess


@dataclass(frozen=True, slots=True)
class Recovery:
    """All partitions together, from the start of the first to the end of the last."""

    rows: int
    seconds: float
    open_seconds: float
    """From the start of the process until all partitions were at work again."""

    @property
    def rows_per_second(self) -> float:
        """Give the rate over all partitions."""
        return self.rows / max(0.001, self.seconds)


def of_segue(broker: Broker, topics: Topics, directory: Path) -> Recovery:
    """Delete the state that an earlier worker has left, and let another restore it."""
    shutil.rmtree(directory / topics.app_id)
    began = datetime.now().astimezone()
    with workers.segue(broker, topics, directory) as worker:
        workers.wait_until_open(worker)
        opened = max(_told_at(entry["timestamp"]) for entry in worker.told("partition open"))
        rows, seconds = _restored(worker)
    return Recovery(rows, seconds, opened - began.timestamp())


def _restored(worker: WorkerProcess) -> tuple[int, float]:
    told = {entry["partition"]: entry for entry in worker.told("restored")}
    assert len(told) == PARTITIONS, "every partition says what it has restored"
    ends = {partition: _told_at(entry["timestamp"]) for partition, entry in told.items()}
    starts = [ends[partition] - entry["seconds"] for partition, entry in told.items()]
    return sum(entry["rows"] for entry in told.values()), max(ends.values()) - min(starts)


def _told_at(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp).timestamp()
