"""Every system that can be measured: how it is started, what it promises, what it takes part in."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from schemas.topics import Topics
from tests.bench import workers
from tests.bench.broker import Broker
from tests.bench.orders import PARTITIONS
from tests.bench.peers.environments import JAVA, kstreams_classes, quix_python
from tests.bench.processes import WorkerProcess

Section = Literal["throughput", "latency", "restart", "recovery"]
SECTIONS: Final[tuple[Section, ...]] = ("throughput", "latency", "restart", "recovery")
Guarantee = Literal["exactly once", "at least once", "none"]
PASSES: Final = 3
"""Times that a raw consumer reads all; the first one warms it."""
JVM: Final = ["-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
THROUGHPUT: Final[frozenset[Section]] = frozenset({"throughput"})
LATENCY: Final[frozenset[Section]] = frozenset({"latency"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a worker works: the topics of its application, and the folder that has its own folder and log."""

    broker: Broker
    topics: Topics
    directory: Path
    clock: str = "stream"

    @property
    def state(self) -> Path:
        """Give the folder of its state; nothing else is in it."""
        return self.directory / self.topics.app_id

    def environment(self) -> dict[str, str]:
        """Tell a worker where it is, in the words that all but Segue read."""
        return {
            "BENCH_BOOTSTRAP": self.broker.bootstrap,
            "BENCH_APP_ID": self.topics.app_id,
            "BENCH_ORDERS": self.topics.orders,
            "BENCH_TRANSITIONS": self.topics.transitions,
            "BENCH_DIRECTORY": str(self.state),
            "BENCH_PARTITIONS": str(PARTITIONS),
            "BENCH_PASSES": str(PASSES),
        }


Start = Callable[[Place], AbstractContextManager[WorkerProcess]]


@dataclass(frozen=True, slots=True)
class Peer:
    """One row of the table; `timers` says that it tells what only time brings about, too."""

    title: str
    guarantee: Guarantee
    start: Start | None
    """None is the broker alone: what is produced is what arrives."""
    timers: bool = False
    share: int = 1
    """It gets one order and one customer where others get this many: the same number would take an hour."""
    sections: frozenset[Section] = frozenset(SECTIONS)
    prepare: Callable[[], str] | None = None
    """Builds once what it needs."""


def _segue(*, standings: bool) -> Start:
    return lambda at: workers.segue(at.broker, at.topics, at.directory, standings=standings, clock=at.clock)


def _faust(at: Place) -> AbstractContextManager[WorkerProcess]:
    return workers.plain_faust(at.broker, at.topics.app_id, at.topics.orders, at.topics.transitions, at.directory)


def _started(command: Callable[[], list[str]], guarantee: Guarantee = "none", *, quick: bool = False) -> Start:
    @contextmanager
    def start(at: Place) -> Iterator[WorkerProcess]:
        environment = {**at.environment(), "BENCH_GUARANTEE": guarantee, "BENCH_QUICK": "yes" if quick else "no"}
        worker = WorkerProcess(command(), environment, at.directory / f"{at.topics.app_id}.log")
        try:
            yield worker
        finally:
            worker.stop()

    return start


def _quix() -> list[str]:
    return [quix_python(), "-m", "tests.bench.peers.quix_app"]


def _kstreams() -> list[str]:
    return [JAVA, *JVM, "-cp", kstreams_classes(), "bench.App"]


def _raw_java() -> list[str]:
    return [JAVA, *JVM, "-cp", kstreams_classes(), "bench.Raw"]


def _raw(client: str) -> list[str]:
    return [sys.executable, "-m", "tests.bench.peers.raw_consumer", client]


def _quix_streams(guarantee: Guarantee) -> Peer:
    return Peer("Quix Streams", guarantee, _started(_quix, guarantee), prepare=quix_python)


def _quick(peer: Peer, title: str, command: Callable[[], list[str]]) -> Peer:
    return replace(peer, title=title, start=_started(command, peer.guarantee, quick=True))


def _kafka_streams(guarantee: Guarantee) -> Peer:
    return Peer("Kafka Streams", guarantee, _started(_kstreams, guarantee), prepare=kstreams_classes)


def _limit(title: str, command: Callable[[], list[str]], prepare: Callable[[], str] | None = None) -> Peer:
    return Peer(title, "none", _started(command), sections=THROUGHPUT, prepare=prepare)


PEERS: Final = {
    "segue": Peer("Segue", "exactly once", _segue(standings=False), timers=True),
    "segue-standings": Peer(
        "Segue, customer-segments on", "exactly once", _segue(standings=True), timers=True, sections=THROUGHPUT
    ),
    "faust": Peer("plain Faust", "at least once", _faust, share=20),
    "quix": _quix_streams("at least once"),
    "quix-eos": _quix_streams("exactly once"),
    "kstreams": _kafka_streams("at least once"),
    "kstreams-eos": _kafka_streams("exactly once"),
    "raw-aiokafka": _limit("reading only, aiokafka", lambda: _raw("aiokafka")),
    "raw-librdkafka": _limit("reading only, librdkafka", lambda: _raw("librdkafka")),
    "raw-java": _limit("reading only, Java consumer", _raw_java, kstreams_classes),
    "floor": Peer("broker alone", "none", None, sections=LATENCY),
    "quix-eos-quick": _quick(_quix_streams("exactly once"), "Quix Streams, commit 0.1 s, linger 0", _quix),
    "kstreams-eos-quick": _quick(_kafka_streams("exactly once"), "Kafka Streams, commit 20 ms, linger 0", _kstreams),
}
QUICK: Final = ("quix-eos-quick", "kstreams-eos-quick")
"""Not at their defaults: measured when they are asked for."""
DEFAULT: Final = tuple(name for name in PEERS if name not in QUICK)
