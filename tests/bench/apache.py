"""Apache Kafka for one bench, in a directory that goes with it; or the reason why it cannot be had."""

import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.broker import Broker
from tests.brokers.apache import ApacheKafka, available


def check_available() -> None:
    """Let SIGTERM stop what a bench will have started; SystemExit where Apache Kafka cannot run."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    reason = available()
    if reason is not None:
        sys.stderr.write(f"error: {reason}\n")
        raise SystemExit(1)


@contextmanager
def apache_kafka(name: str) -> Iterator[tuple[Broker, Path]]:
    """Run a broker; with it goes a directory to work in."""
    with (
        tempfile.TemporaryDirectory(prefix=f"segue-{name}-") as directory,
        ApacheKafka(Path(directory) / "kafka") as kafka,
    ):
        yield Broker(kafka.bootstrap), Path(directory)
