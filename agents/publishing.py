"""What the decisions tell and where customers stand in, CloudEvents out (binary mode: `ce_*` headers, JSON value)."""

from typing import assert_never

import msgspec

from agents.decisions.moves import Brink, BrinkCleared, Move, Publication, Retraction, ScoreChange, Standing
from agents.envelope import Envelope
from agents.events import Events
from agents.outgoing import Outgoing
from schemas.customer_row import CustomerRow
from schemas.digests import digest
from schemas.policy import Policy
from schemas.topics import Topics

_encode = msgspec.json.Encoder().encode


class Publisher:
    """Writes for one deployment and one policy."""

    def __init__(self, topics: Topics, policy: Policy) -> None:
        self._topics = topics
        self._transitions = topics.transitions
        self._events = Events(policy)
        self._envelope = Envelope(topics)

    def publish(self, told: Publication, key: bytes, detected_at: int) -> Outgoing:
        """Publish one thing that is told of a customer; its id is the same on every replay."""
        events = self._events
        event: msgspec.Struct
        match told:
            case Move():
                kind, event = b"segment.transitioned", events.transition(told, detected_at)
                name = str(told.sequence)
            case Retraction():
                kind, event = b"segment.retracted", events.retraction(told, detected_at)
                name = str(told.sequence)
            case Brink():
                kind, event = b"segment.brink", events.brink(told, detected_at)
                name = f"told\0{told.number}\0{told.effective_at}"
            case BrinkCleared():
                kind, event = b"segment.brink_cleared", events.brink_cleared(told, detected_at)
                name = f"told\0{told.number}\0{told.effective_at}"
            case ScoreChange():
                kind, event = b"segment.scores_changed", events.scores_changed(told, detected_at)
                name = f"told\0{told.number}\0{told.effective_at}"
            case _:
                assert_never(told)
        headers = self._envelope.headers(kind, digest(f"{told.customer_id}\0{name}"), told.effective_at)
        return Outgoing(self._transitions, key, _encode(event), headers)

    def standing(self, customer: str, key: bytes, row: CustomerRow, stored: bytes, stands: Standing) -> Outgoing:
        """Publish where a customer stands after a transaction; the id is that of her row, which never comes again."""
        event_id = digest(f"{customer}\0standing\0{row.at}\0{stored.hex()}")
        headers = self._envelope.headers(b"customer.segment", event_id, row.at)
        value = _encode(self._events.standing(customer, row, stands))
        return Outgoing(self._topics.customer_segments, key, value, headers)

    def nobody(self, customer: str, key: bytes, row: CustomerRow) -> Outgoing:
        """Publish that an erased customer stands nowhere: no value, so that compaction forgets her."""
        event_id = digest(f"{customer}\0standing\0{row.at}\0{row.sequence}\0erased")
        headers = self._envelope.headers(b"customer.segment", event_id, row.at)
        return Outgoing(self._topics.customer_segments, key, None, headers)
