"""A topic of moves in, each committed move with the broker's time of it and the order that caused it out."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from tests.bench.broker import Broker, Offsets, Told
from tests.bench.expectation import Transition

_decode = msgspec.json.Decoder(Told).decode


class Seen(NamedTuple):
    """One published move; what only time has brought about has no order."""

    at_ms: int
    order: str | None
    move: Transition


def moves(broker: Broker, topic: str, since: Offsets) -> Iterator[Seen]:
    """Give all moves committed since, each partition's in its order."""
    for message in broker.records(topic, since):
        told = _decode(message.value() or b"")
        move = (told.customer_id, told.from_segment, told.to, told.effective_at)
        yield Seen(message.timestamp()[1], told.cause.get("event_id"), move)
