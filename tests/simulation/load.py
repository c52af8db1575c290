"""A seed in, a small shop's events out, told at the instants at which they occur; some are late, repeated or broken."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import orjson

from schemas.topics import Topics
from tests.builders import TOPIC_OF

Event = dict[str, Any]

PUNCTUAL: Final = tuple(f"p{n}" for n in range(6))
"""Who only orders, and whose records are never late."""
MIXED: Final = ("m0", "m1")
"""Who orders and writes reviews: two topics, whose records meet in any order."""
TARDY: Final = ("t0", "t1")
"""Whose orders are often told too late."""
AMOUNTS: Final = (0, 199, 2_500, 9_999, 10_000, 10_001, 26_000, 50_000)


@dataclass
class Load:
    """Remembers what it has told."""

    chance: Random
    topics: Topics
    events: list[Event] = field(default_factory=list)
    broken: list[bytes] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: iter(range(1_000_000)))

    def tell(self, at: int) -> tuple[str, bytes, bytes]:
        """Tell something that occurs now (epoch ms): topic, key, value."""
        customer = self.chance.choice(PUNCTUAL + MIXED + TARDY)
        if self.chance.random() < 0.05:
            self.broken.append(b'{"type":"no such thing","n":%d}' % next(self._ids))
            return self.topics.orders, customer.encode(), self.broken[-1]
        mine = [e for e in self.events if e["customer_id"] == customer and e["type"] == "order_placed"]
        what = self.chance.random()
        if mine and what < 0.12:
            event = self.chance.choice(mine) | {"event_id": f"again-{next(self._ids)}"}
        elif mine and what < 0.24:
            event = self._refund(at, customer, self.chance.choice(mine))
        elif mine and what < 0.28:
            event = self._event("order_cancelled", at, customer) | {"order_id": self.chance.choice(mine)["order_id"]}
        elif customer in MIXED and what < 0.6:
            event = self._event("engaged", at, customer) | {"kind": "review_posted", "rating": 5}
        else:
            event = self.order(at, customer)
        return self.told(event)

    def told(self, event: Event) -> tuple[str, bytes, bytes]:
        """Note an event as told."""
        self.events.append(event)
        topic = TOPIC_OF.get(event["type"], self.topics.orders)
        return topic, event["customer_id"].encode(), orjson.dumps(event)

    def order(self, at: int, customer: str) -> Event:
        late = self.chance.randint(0, 800) if customer in TARDY and self.chance.random() < 0.5 else 0
        minor = self.chance.choice(AMOUNTS)
        event = self._event("order_placed", at - late, customer)
        return event | {"order_id": event["event_id"], "total": {"amount_minor": minor, "currency": "GBP"}}

    def closing(self, at: int, customer: str) -> list[Event]:
        """Tell the last record of every topic, so that a run that went astray before is missed."""
        engaged = self._event("engaged", at, customer) | {"kind": "dreamt"}
        profile = self._event("profile_changed", at, customer)
        receipt = self._event("message.delivered", at, customer) | {"message_id": "of-nobody"}
        return [self.order(at, customer), engaged, profile, receipt]

    def _refund(self, at: int, customer: str, order: Event) -> Event:
        event = self._event("order_refunded", at, customer)
        share = self.chance.choice((0.1, 0.5, 1.0, 1.5))
        amount = order["total"] | {"amount_minor": int(order["total"]["amount_minor"] * share)}
        named = order["order_id"] if self.chance.random() < 0.8 else None
        return event | {"order_id": named, "refund_id": event["event_id"], "amount": amount}

    def _event(self, kind: str, at: int, customer: str) -> Event:
        return {"type": kind, "event_id": f"e{next(self._ids)}", "customer_id": customer, "occurred_at": at}
