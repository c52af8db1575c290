"""The demo shop's year in; its events, plain or settled, and the instants at which they are looked at, out."""

from typing import Any, Final

import orjson

from app.demo import shop
from schemas.instants import parse_instant
from tests.builders import DAY

Event = dict[str, Any]

FIRST: Final = int(parse_instant("2010-12-01T08:26:00Z"))  # the first order of the year: 17850
BOUGHT: Final = int(parse_instant("2011-01-18T10:01:00Z"))  # the only order of 12346
RETURNED: Final = int(parse_instant("2011-01-18T10:17:00Z"))  # who gets all of it back
GRANTED: Final = int(parse_instant("2011-05-03T11:51:00Z"))  # 16029 gets back 8,142.75
SMALL: Final = int(parse_instant("2011-05-18T08:52:00Z"))  # 16446 orders, and not again before December
LAST: Final = int(parse_instant("2011-12-09T12:50:00Z"))

INSTANTS: Final = (
    FIRST,
    int(parse_instant("2010-12-24T12:00:00Z")),
    BOUGHT,
    RETURNED - 1,
    RETURNED,
    int(parse_instant("2011-02-16T11:18:00Z")),  # the 1,500th customer orders: 33% of all are a whole number
    FIRST + 90 * DAY,
    FIRST + 90 * DAY + 1,
    BOUGHT + 90 * DAY,
    BOUGHT + 90 * DAY + 1,
    BOUGHT + 150 * DAY,
    BOUGHT + 150 * DAY + 1,
    GRANTED + 90 * DAY,
    GRANTED + 90 * DAY + 1,
    SMALL + 150 * DAY,
    SMALL + 150 * DAY + 1,
    int(parse_instant("2011-11-11T11:11:11Z")),
    FIRST + 365 * DAY,
    FIRST + 365 * DAY + 1,
    LAST,
)
"""Ascending; most of them are where a fact acts or an age or a window ends, or a millisecond beside that."""


def plain() -> list[Event]:
    """Give the year as it is: no refund names an order."""
    return [orjson.loads(event.payload) for event in shop.events()]


def settled(events: list[Event]) -> list[Event]:
    """Let every refund name the newest order of the customer that it fits into, as long as there is one."""
    rest: dict[str, dict[str, int]] = {}
    found = []
    for event in events:
        hers = rest.setdefault(event["customer_id"], {})
        named = event
        if event["type"] == "order_placed":
            hers[event["order_id"]] = event["total"]["amount_minor"]
        else:
            amount = event["amount"]["amount_minor"]
            order = next((order for order in reversed(hers) if hers[order] >= amount), None)
            if order is not None:
                hers[order] -= amount
                named = {**event, "order_id": order}
        found.append(named)
    return found
