"""Orders in; engagement and a few profiles out that customers might have had: derived by digest, made up, no data.

The shop's file knows orders and refunds only. What stands here is decided by a digest of the order's or the customer's
id: the same in every run and on every machine, about as much engagement as orders, profiles for one customer in twenty.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from heapq import merge
from operator import attrgetter
from typing import Any, Final, NamedTuple

import msgspec
import orjson

from app.demo.shop import ShopEvent
from schemas.instants import DAY_MS, rfc3339
from schemas.topics import Feed

LAST_DAY: Final = int(datetime(2011, 12, 9, tzinfo=UTC).timestamp() * 1000)
"""Nothing is derived from here on: an order is the last event of every partition, whatever is made up."""
PROFILED: Final = 13
"""Of 256 customers so many have a profile."""
RATINGS: Final = (5, 5, 5, 4, 5, 3, 4, 2, 5, 4, 1, 5, 4, 3, 5, 4)


class Deed(NamedTuple):
    """What may follow an order: how often of 256, from when on, how widely spread, and where it comes in."""

    kind: str
    share: int
    after_days: int
    spread_days: int
    channel: str


DEEDS: Final = (
    Deed("email_opened", 100, 1, 3, "email"),
    Deed("link_clicked", 40, 1, 5, "email"),
    Deed("site_visited", 80, 2, 12, "web"),
    Deed("review_posted", 40, 4, 10, "web"),
)


class _Invoice(msgspec.Struct):
    type: str
    order_id: str | None


_invoice = msgspec.json.Decoder(_Invoice).decode


def with_derived(year: Iterable[ShopEvent]) -> Iterator[ShopEvent]:
    """The year with what is derived from it, oldest first; in one instant orders come first, then engagement."""
    orders = list(year)
    yield from merge(orders, engagement(orders), profiles(orders), key=attrgetter("occurred_at"))


def engagement(year: Iterable[ShopEvent]) -> list[ShopEvent]:
    """What customers did some days after some of their orders, oldest first."""
    deeds = [deed for event in year for deed in _after(event)]
    return sorted(deeds, key=attrgetter("occurred_at", "payload"))


def profiles(year: Iterable[ShopEvent]) -> list[ShopEvent]:
    """The snapshot that some customers leave a second after their first order, oldest first."""
    first: dict[str, int] = {}
    for event in year:
        if event.customer_id not in first and _invoice(event.payload).type == "order_placed":
            first[event.customer_id] = event.occurred_at
    return [
        _profile(customer_id, at + 1000, drawn)
        for customer_id, at in first.items()
        if (drawn := _digest(customer_id))[0] < PROFILED and at + 1000 < LAST_DAY
    ]


def _after(event: ShopEvent) -> Iterator[ShopEvent]:
    invoice = _invoice(event.payload)
    if invoice.type != "order_placed":
        return
    for deed in DEEDS:
        drawn = _digest(f"{invoice.order_id}\0{deed.kind}")
        seconds = int.from_bytes(drawn[1:5]) % (deed.spread_days * DAY_MS // 1000)
        at = event.occurred_at + deed.after_days * DAY_MS + seconds * 1000
        if drawn[0] < deed.share and at < LAST_DAY:
            event_id = f"e-{invoice.order_id}-{deed.kind}"
            own: dict[str, Any] = {"type": "engaged", "event_id": event_id, "kind": deed.kind, "channel": deed.channel}
            if deed.kind == "review_posted":
                own["rating"] = RATINGS[drawn[5] % len(RATINGS)]
            yield _event("engagement", event.customer_id, at, own)


def _profile(customer_id: str, at: int, drawn: bytes) -> ShopEvent:
    own = {
        "type": "profile_changed",
        "event_id": f"p-{customer_id}",
        "consents": {"email": drawn[1] % 4 != 0, "push": drawn[2] % 4 != 0},
        "preferred_channel": ("email", "push")[drawn[3] % 2],
    }
    return _event("customers", customer_id, at, own)


def _event(feed: Feed, customer_id: str, at: int, own: dict[str, Any]) -> ShopEvent:
    fact = own | {"customer_id": customer_id, "occurred_at": rfc3339(at)}
    return ShopEvent(customer_id, at, orjson.dumps(fact), feed)


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=8).digest()
