"""The two systems of the table, each started the same way on the same broker."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from schemas.topics import Topics
from tests.bench.broker import Broker
from tests.bench.orders import PARTITIONS, PARTITIONS_VARIABLE
from tests.bench.processes import WorkerProcess

POLICY: Final = Path(__file__).with_name("policy.yaml")
SEGUE: Final = [sys.executable, "-m", "faust", "--loop", "uvloop", "-A", "app.main", "worker"]
PLAIN: Final = [sys.executable, "-m", "faust", "-A", "tests.bench.plain_faust", "worker", "-l", "info", "--without-web"]
OPEN_LIMIT_S: Final = 120.0


@contextmanager
def segue(
    broker: Broker,
    topics: Topics,
    directory: Path,
    *,
    standings: bool = False,
    clock: str = "stream",
    policy: Path = POLICY,
    tuned: Mapping[str, str] = {},
) -> Iterator[WorkerProcess]:
    """Run one Segue worker; its state stays in the directory. `tuned`: settings that are not at their defaults."""
    environment = {
        "SEGUE_KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap,
        "SEGUE_STATE__DIRECTORY": str(directory / topics.app_id),
        "SEGUE_APP_ID": topics.app_id,
        "SEGUE_TOPIC_PREFIX": topics.prefix,
        "SEGUE_HTTP__PORT": "0",
        "SEGUE_CLOCK": clock,
        "SEGUE_POLICY": str(policy),
        "SEGUE_CUSTOMER_SEGMENTS": str(standings).lower(),
    }
    worker = WorkerProcess(SEGUE, {**environment, **tuned}, directory / f"{topics.app_id}.log")
    try:
        yield worker
    finally:
        worker.stop()


def wait_until_open(worker: WorkerProcess) -> None:
    """Wait until a Segue worker has opened all partitions."""
    worker.wait(lambda: len({e["partition"] for e in worker.told("partition open")}) == PARTITIONS, OPEN_LIMIT_S)


@contextmanager
def plain_faust(broker: Broker, app_id: str, orders: str, transitions: str, directory: Path) -> Iterator[WorkerProcess]:
    """Run one plain Faust worker."""
    environment = {
        "BENCH_BOOTSTRAP": broker.bootstrap,
        "BENCH_APP_ID": app_id,
        "BENCH_ORDERS": orders,
        "BENCH_TRANSITIONS": transitions,
        "BENCH_DIRECTORY": str(directory / app_id),
        PARTITIONS_VARIABLE: str(PARTITIONS),
    }
    worker = WorkerProcess(PLAIN, environment, directory / f"{app_id}.log")
    try:
        yield worker
    finally:
        worker.stop()
