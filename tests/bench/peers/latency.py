"""Orders at steady rates in, the time from produce() to a read_committed consumer out."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec
from confluent_kafka import Consumer

from tests.bench.broker import at_end
from tests.bench.latency import GRACE_S, NS_PER_MS, WARM_UP_ORDERS, Pace, summary
from tests.bench.peers import rounds
from tests.bench.peers.bench import Bench
from tests.bench.peers.catalogue import Peer, Place
from tests.bench.peers.load import Load
from tests.bench.processes import REPOSITORY

RATES: Final = (1_000, 10_000)
ANSWER_LIMIT_S: Final = 90.0


class Arrival(NamedTuple):
    """When an order was produced and when its move arrived, in nanoseconds."""

    produced: int
    arrived: int


class _Cause(msgspec.Struct):
    event_id: str


class _Told(msgspec.Struct):
    cause: _Cause


@dataclass(frozen=True, slots=True)
class Line:
    """The way from a producer over a worker to a consumer."""

    bootstrap: str
    orders: str
    consumer: Consumer
    order_of: Callable[[bytes], str]

    def run(self, pace: Pace, limit_s: float) -> list[Arrival]:
        """Produce, and read until every order has its move or time is up; moves of orders from before do not count."""
        command = [sys.executable, "-m", "tests.bench.pacing", self.bootstrap, self.orders, *map(str, pace)]
        began, limit = time.time_ns(), time.monotonic() + limit_s
        found: list[Arrival] = []
        producing = subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True)
        try:
            while len(found) < pace.orders and time.monotonic() < limit:
                message = self.consumer.poll(0.1)  # not consume(n): that waits for n messages or for all of its time
                if message is not None and not at_end(message):
                    arrived = time.time_ns()
                    produced = int(self.order_of(message.value() or b"").removeprefix("o-"))
                    if produced >= began:
                        found.append(Arrival(produced, arrived))
        finally:
            producing.terminate()
            producing.wait(10)
        return found


def measure(bench: Bench, peer: Peer, name: str, number: int, times: tuple[float, float]) -> Iterator[rounds.Latency]:
    """Measure one worker at all rates, after a while at the first of them: seconds of warming, seconds of measuring."""
    warming, seconds = times
    load = Load(f"latency-{name}-{number}.", 0, 0)
    with bench.place(load, f"{name}-l{number}", clock="wall") as place, _line(peer, place) as line:
        if len(line.run(Pace(WARM_UP_ORDERS, 1), ANSWER_LIMIT_S)) < WARM_UP_ORDERS:
            raise RuntimeError(f"{name} does not answer")
        line.run(Pace(RATES[0], warming), warming + GRACE_S)
        for rate in RATES:
            pace = Pace(rate, seconds)
            yield _told(name, number, pace, line.run(pace, seconds + GRACE_S))
    bench.broker.delete(topic for topic in bench.broker.names() if topic.startswith(load.prefix))


@contextmanager
def _line(peer: Peer, place: Place) -> Iterator[Line]:
    topics = place.topics
    working: AbstractContextManager[Any] = nullcontext() if peer.start is None else peer.start(place)
    arriving = topics.orders if peer.start is None else topics.transitions
    place.broker.ends(topics.orders)  # their leaders answer: metadata name them a little before they do
    consumer = place.broker.reader(arriving, {})
    try:
        with working:
            yield Line(place.broker.bootstrap, topics.orders, consumer, _placed if peer.start is None else _moved)
    finally:
        consumer.close()


def _told(name: str, number: int, pace: Pace, found: list[Arrival]) -> rounds.Latency:
    produced = sorted(arrival.produced for arrival in found)
    late = max(0, pace.orders - len(found))
    begin = produced[0] + int(pace.seconds / 3 * 1e9) if produced else 0
    delays = [(a.arrived - a.produced) / NS_PER_MS for a in found if a.produced >= begin]
    told = summary(delays, late) if delays else None
    return rounds.Latency(
        peer=name,
        round=number,
        rate=pace.rate,
        paced=len(produced) / max(0.001, (produced[-1] - produced[0]) / 1e9) if produced else 0.0,
        p50=None if told is None else told.p50,
        p99=None if told is None else told.p99,
        produced=pace.orders,
        late=late,
    )


_order: Final = msgspec.json.Decoder(_Cause).decode
_move: Final = msgspec.json.Decoder(_Told).decode


def _placed(value: bytes) -> str:
    return _order(value).event_id


def _moved(value: bytes) -> str:
    return _move(value).cause.event_id
