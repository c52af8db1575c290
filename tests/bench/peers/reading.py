"""A topic of moves in, each committed move with the broker's time of it and the order that caused it out."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from confluent_kafka import Message

from tests.bench.broker import Broker, Offsets, Told, at_end
from tests.bench.expectation import Transition
from tests.bench.orders import PARTITIONS

_decode = msgspec.json.Decoder(Told).decode


class Seen(NamedTuple):
    """One published move; what only time has brought about has no order."""

    at_ms: int
    order: str | None
    move: Transition


def moves(broker: Broker, topic: str, since: Offsets) -> Iterator[Seen]:
    """Give all moves committed since, each partition's in its order."""
    for message in records(broker, topic, since):
        told = _decode(message.value() or b"")
        move = (told.customer_id, told.from_segment, told.to, told.effective_at)
        yield Seen(message.timestamp()[1], told.cause.get("event_id"), move)


def records(broker: Broker, topic: str, since: Offsets) -> Iterator[Message]:
    """Give all records committed since, up to the end of every partition."""
    consumer = broker.reader(topic, since)
    unread = set(range(PARTITIONS))
    try:
        while unread:
            for message in consumer.consume(10_000, 0.5):
                if at_end(message):
                    unread.discard(message.partition() or 0)
                else:
                    yield message
    finally:
        consumer.close()
