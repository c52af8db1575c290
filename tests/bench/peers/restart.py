"""Peers that know a million customers in, how soon each is at work again with its disk and without it out."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import msgspec
from confluent_kafka import Consumer

from tests.bench.broker import Broker, Told, at_end
from tests.bench.expectation import expected
from tests.bench.orders import PARTITIONS, Order
from tests.bench.peers import disk, reading, rounds
from tests.bench.peers.bench import Bench
from tests.bench.peers.catalogue import Peer, Place
from tests.bench.peers.load import Load, send
from tests.bench.peers.verdict import Verdict, compare
from tests.bench.peers.work import work

LIMIT_S: Final = 600.0
_decode: Final = msgspec.json.Decoder(Told).decode


@dataclass(slots=True)
class Questions:
    """Orders that ask whether a worker is at work; the peers of a load share its topic and meet each other's."""

    load: Load
    asked: list[Order] = field(default_factory=list)

    def ask(self, broker: Broker) -> set[str]:
        """Put an order of a new customer on every partition; gives the customers."""
        orders = self.load.probes(len(self.asked) // PARTITIONS)
        send(broker, self.load, orders)
        self.asked += orders
        return {order.customer for order in orders}


@dataclass(slots=True)
class Stand:
    """A peer that has worked through a load and was stopped."""

    name: str
    peer: Peer
    place: Place
    questions: Questions
    rows: int
    answered: int = 0
    """So many of the questions it has answered; the others wait for its next start."""


def build(bench: Bench, peer: Peer, name: str, questions: Questions) -> tuple[Stand, rounds.Build]:
    """Let a peer work through a load, to be restarted afterwards."""
    place = bench.lasting_place(questions.load, f"{name}-stand")
    verdict = work(peer, questions.load, place).verdict
    own = bench.own_topics(place.topics.app_id)
    changelogs = [topic for topic in own if "changelog" in topic]
    rows = sum(1 for topic in changelogs for _ in bench.broker.records(topic, {}))
    state = disk.taken(place.state)
    built = rounds.Build(peer=name, round=0, customers=questions.load.customers, state_bytes=state, **verdict._asdict())
    return Stand(name, peer, place, questions, rows), built


def measure(stand: Stand, number: int, *, lose: bool) -> rounds.Restart:
    """Start a peer again, and with `lose` once more without its disk."""
    kept, verdict = _ready(stand)
    lost: float | None = None
    if lose:
        shutil.rmtree(stand.place.state)
        lost, after = _ready(stand)
        verdict = Verdict(*(a + b for a, b in zip(verdict, after, strict=True)))
    customers = stand.questions.load.customers
    return rounds.Restart(
        peer=stand.name,
        round=number,
        customers=customers,
        rows=stand.rows,
        kept_s=kept,
        lost_s=lost,
        **verdict._asdict(),
    )


def _ready(stand: Stand) -> tuple[float, Verdict]:
    """Give the seconds until every partition has answered, and the verdict on all that was said meanwhile."""
    assert stand.peer.start is not None
    broker, topic = stand.place.broker, stand.place.topics.transitions
    since = broker.ends(topic)
    consumer = broker.reader(topic, since)
    try:
        waiting = stand.questions.ask(broker)
        began = time.monotonic()
        with stand.peer.start(stand.place) as worker:
            worker.wait(_all_answered(consumer, waiting), LIMIT_S, every_s=0)
            seconds = time.monotonic() - began
    finally:
        consumer.close()
    wanted = expected(stand.questions.asked[stand.answered :], decays_at_end=False)
    stand.answered = len(stand.questions.asked)
    return seconds, compare(wanted, (seen.move for seen in reading.moves(broker, topic, since)))


def _all_answered(consumer: Consumer, waiting: set[str]) -> Callable[[], bool]:
    def answered() -> bool:
        message = consumer.poll(0.05)
        if message is not None and not at_end(message):
            waiting.discard(_decode(message.value() or b"").customer_id)
        return not waiting

    return answered
