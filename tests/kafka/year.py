"""The demo's year in, the same as records out: with engagement, cancellations and refunds by name beside its orders."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from operator import attrgetter
from typing import Final

import orjson

from app.demo.derived import with_derived
from app.demo.shop import events
from tests.kafka.shop_load import DAY_MS, Event, Told

CANCELLED: Final = 12
REFUNDED: Final = 20
"""Of 256 orders so many."""


def shop_year() -> list[Told]:
    """Tell the year's orders and refunds, oldest first."""
    return [Told(event.occurred_at, orjson.loads(event.payload)) for event in events()]


def whole_year(one_in: int = 1) -> list[Told]:
    """Tell those of one in so many customers with what they did besides, oldest first; of an instant orders first."""
    year = (event for event in with_derived(events()) if int(event.customer_id) % one_in == 0)
    told = [Told(event.occurred_at, orjson.loads(event.payload)) for event in year]
    return sorted([*told, *_undone(told)], key=attrgetter("at"))


def without_lines(told: Iterable[Told]) -> Iterator[Event]:
    """Give the events without what nobody counts: a whole year of lines is large."""
    return ({name: value for name, value in one.event.items() if name != "lines"} for one in told)


def _undone(year: Iterable[Told]) -> Iterator[Told]:
    """Undo some orders some days later: the year itself names no order in a refund, and cancels none."""
    for one in year:
        if one.event["type"] == "order_placed":
            order_id = one.event["order_id"]
            drawn = blake2b(f"{order_id}\0undone".encode(), digest_size=4).digest()
            at = one.at + drawn[1] * DAY_MS // 8 + drawn[2] * 1_000 + 7
            undoing = {"customer_id": one.event["customer_id"], "occurred_at": at, "order_id": order_id}
            if drawn[0] < CANCELLED:
                yield Told(at, {"type": "order_cancelled", "event_id": f"c-{order_id}", **undoing})
            elif drawn[0] < CANCELLED + REFUNDED:
                total = one.event["total"]
                amount = total | {"amount_minor": total["amount_minor"] * (1 + drawn[3] % 4) // 4}
                refund = {"refund_id": f"named-{order_id}", "amount": amount}
                yield Told(at, {"type": "order_refunded", "event_id": f"n-{order_id}", **undoing, **refund})
