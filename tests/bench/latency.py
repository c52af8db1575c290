"""Orders at a steady rate in, the time from produce() to a read_committed consumer out."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from confluent_kafka import Consumer

from schemas.topics import Topics
from tests.bench import workers
from tests.bench.broker import Broker, Told, at_end
from tests.bench.processes import REPOSITORY

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


def of_segue(broker: Broker, topics: Topics, directory: Path, seconds: float) -> Latency:
    """Measure a Segue worker under the wall clock."""
    broker.deploy(topics)
    with workers.segue(broker, topics, directory, clock="wall") as worker:
        workers.wait_until_open(worker)
        return _measured(broker, topics.orders, topics.transitions, seconds)


def of_plain_faust(broker: Broker, app_id: str, directory: Path, seconds: float) -> Latency:
    """Measure a plain Faust worker."""
    orders, transitions = f"{app_id}-orders", f"{app_id}-transitions"
    broker.create((orders, {}), (transitions, {}))
    with workers.plain_faust(broker, app_id, orders, transitions, directory):
        return _measured(broker, orders, transitions, seconds)


def _measured(broker: Broker, orders: str, transitions: str, seconds: float) -> Latency:
    consumer = broker.reader(transitions, {})
    try:
        if len(_arrivals(broker, consumer, orders, (WARM_UP_ORDERS, 1), 60)) < WARM_UP_ORDERS:
            raise RuntimeError(f"{orders}: the worker does not answer")
        _arrivals(broker, consumer, orders, (RATE, WARM_UP_S), WARM_UP_S + GRACE_S)
        found = _arrivals(broker, consumer, orders, (RATE, seconds), seconds + GRACE_S)
    finally:
        consumer.close()
    begin = min(produced for produced, _ in found) + int(seconds / 3 * 1e9)
    return summary([(a - p) / NS_PER_MS for p, a in found if p >= begin], round(RATE * seconds) - len(found))


def summary(milliseconds: list[float], missing: int) -> Latency:
    """Give percentiles by nearest rank."""
    ordered = sorted(milliseconds)
    rank = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.99)]
    return Latency(rank[0], rank[1], missing)


def _arrivals(broker: Broker, consumer: Consumer, orders: str, pace: tuple[int, float], limit_s: float) -> Arrivals:
    """Produce so many a second for so many seconds, and read until every order has its transition or time is up."""
    rate, seconds = pace
    command = [sys.executable, "-m", "tests.bench.pacing", broker.bootstrap, orders, str(rate), str(seconds)]
    producing = subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True)
    found: Arrivals = []
    limit = time.monotonic() + limit_s
    try:
        while len(found) < round(rate * seconds) and time.monotonic() < limit:
            message = consumer.poll(0.1)  # not consume(n): that waits for n messages or for all of its time
            if message is not None and not at_end(message):
                arrived = time.time_ns()
                told = _decode(message.value() or b"")
                found.append((int(told.cause["event_id"].removeprefix("o-")), arrived))
    finally:
        producing.terminate()
        producing.wait(10)
    return found
