"""Orders at a steady rate in, the time from produce() to a read_committed consumer out.

`python -m tests.bench.latency --busy 4 --commit-interval 10 --transactions 400`: of one worker with such settings.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from confluent_kafka import Consumer

from app.settings import TransactionSettings
from schemas.topics import Topics
from tests.bench import workers
from tests.bench.apache import apache_kafka, check_available
from tests.bench.broker import Broker, Told, at_end
from tests.bench.orders import PARTITIONS
from tests.bench.processes import REPOSITORY

DEFAULTS: Final = TransactionSettings()
RATE: Final = 1_000
WARM_UP_ORDERS: Final = 20
WARM_UP_S: Final = 60.0
"""So long a broker on two cores compiles what a new load needs; until then it is the compiler that is measured."""
GRACE_S: Final = 20.0
"""What has not come out this long after the last order is missing."""
NS_PER_MS: Final = 1_000_000
_decode = msgspec.json.Decoder(Told).decode
Arrivals = list[tuple[int, int]]
"""When an order was produced and when its transition arrived, in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds; `missing` counts orders without a transition."""

    p50: float
    p99: float
    missing: int


class Pace(NamedTuple):
    """How orders come."""

    rate: int
    """Of them a second."""
    seconds: float
    busy: int = PARTITIONS
    """So many partitions have customers."""

    @property
    def orders(self) -> int:
        """Give how many that makes."""
        return round(self.rate * self.seconds)


def main() -> int:
    """Measure one worker with some settings; 0 if every order had its transition."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.latency")
    parser.add_argument("--rate", type=int, default=RATE, help="orders a second")
    parser.add_argument("--seconds", type=float, default=20.0, help="for which it is measured, the first third dropped")
    parser.add_argument("--busy", type=int, default=PARTITIONS, help="partitions that have customers")
    parser.add_argument(
        "--commit-interval",
        type=int,
        default=DEFAULTS.commit_interval_ms,
        help="SEGUE_TRANSACTIONS__COMMIT_INTERVAL_MS",
    )
    parser.add_argument("--transactions", type=int, default=DEFAULTS.per_second, help="SEGUE_TRANSACTIONS__PER_SECOND")
    asked = parser.parse_args()
    check_available()
    tuned = {
        "SEGUE_TRANSACTIONS__COMMIT_INTERVAL_MS": str(asked.commit_interval),
        "SEGUE_TRANSACTIONS__PER_SECOND": str(asked.transactions),
    }
    with apache_kafka("latency") as (broker, directory):
        pace = Pace(asked.rate, asked.seconds, asked.busy)
        told = of_segue(broker, Topics("latency.", "latency"), directory, pace, tuned)
    sys.stdout.write(f"p50 {told.p50:.0f} ms, p99 {told.p99:.0f} ms, {told.missing} without a transition\n")
    return 1 if told.missing else 0


def of_segue(broker: Broker, topics: Topics, directory: Path, pace: Pace, tuned: Mapping[str, str] = {}) -> Latency:
    """Measure a Segue worker under the wall clock; `tuned`: settings that are not at their defaults."""
    broker.deploy(topics)
    with workers.segue(broker, topics, directory, clock="wall", tuned=tuned) as worker:
        workers.wait_until_open(worker)
        return _measured(broker, topics.orders, topics.transitions, pace)


def of_plain_faust(broker: Broker, app_id: str, directory: Path, pace: Pace) -> Latency:
    """Measure a plain Faust worker."""
    orders, transitions = f"{app_id}-orders", f"{app_id}-transitions"
    broker.create((orders, {}), (transitions, {}))
    with workers.plain_faust(broker, app_id, orders, transitions, directory):
        return _measured(broker, orders, transitions, pace)


def _measured(broker: Broker, orders: str, transitions: str, pace: Pace) -> Latency:
    consumer = broker.reader(transitions, {})
    try:
        if len(_arrivals(broker, consumer, orders, Pace(WARM_UP_ORDERS, 1, pace.busy), 60)) < WARM_UP_ORDERS:
            raise RuntimeError(f"{orders}: the worker does not answer")
        _arrivals(broker, consumer, orders, pace._replace(seconds=WARM_UP_S), WARM_UP_S + GRACE_S)
        found = _arrivals(broker, consumer, orders, pace, pace.seconds + GRACE_S)
    finally:
        consumer.close()
    begin = min(produced for produced, _ in found) + int(pace.seconds / 3 * 1e9)
    return summary([(a - p) / NS_PER_MS for p, a in found if p >= begin], pace.orders - len(found))


def summary(milliseconds: list[float], missing: int) -> Latency:
    """Give percentiles by nearest rank."""
    ordered = sorted(milliseconds)
    rank = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.99)]
    return Latency(rank[0], rank[1], missing)


def _arrivals(broker: Broker, consumer: Consumer, orders: str, pace: Pace, limit_s: float) -> Arrivals:
    """Produce at a pace, and read until every order has its transition or time is up."""
    command = [sys.executable, "-m", "tests.bench.pacing", broker.bootstrap, orders, *map(str, pace)]
    producing = subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True)
    found: Arrivals = []
    limit = time.monotonic() + limit_s
    try:
        while len(found) < pace.orders and time.monotonic() < limit:
            message = consumer.poll(0.1)  # not consume(n): that waits for n messages or for all of its time
            if message is not None and not at_end(message):
                arrived = time.time_ns()
                told = _decode(message.value() or b"")
                found.append((int(told.cause["event_id"].removeprefix("o-")), arrived))
    finally:
        producing.terminate()
        producing.wait(10)
    return found


if __name__ == "__main__":
    sys.exit(main())
