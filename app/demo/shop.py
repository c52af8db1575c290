"""The compact file of a shop's year in, its orders and refunds out: as JSON of the orders topic, oldest first."""

import lzma
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from schemas.topics import Feed

YEAR = Path(__file__).with_name("online_retail.ndjson.xz")
CURRENCY = "GBP"


class ShopEvent(NamedTuple):
    """One record of an input topic: its key, its instant and its value."""

    customer_id: str
    occurred_at: int
    payload: bytes
    feed: Feed = "orders"


def events() -> Iterator[ShopEvent]:
    """Every invoice of the year by (instant, invoice number); in one minute orders come before refunds (`C`, last).

    The file is in this order already, so nothing is held: the first event is there at once. No payload is capped:
    the longest invoice (542 lines) stays below the 64 KiB that a record may have.
    """
    with lzma.open(YEAR) as rows:
        for row in rows:
            yield shop_event(orjson.loads(row))


def shop_event(row: list[Any]) -> ShopEvent:
    """A row as `app/demo/compact.py` writes it: with lines it is an order, without them a refund."""
    invoice, customer, seconds, minor, *lines = row
    fact = {
        "type": "order_placed" if lines else "order_refunded",
        "event_id": f"{'o' if lines else 'r'}-{invoice}",
        "customer_id": str(customer),
        "occurred_at": datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    fact |= order(invoice, minor, lines[0]) if lines else refund(invoice, minor)
    return ShopEvent(str(customer), seconds * 1000, orjson.dumps(fact))


def order(invoice: str, total: int, lines: list[list[Any]]) -> dict[str, Any]:
    """What an order adds."""
    return {
        "order_id": invoice,
        "total": money(total),
        "lines": [
            {"sku": sku, "quantity": quantity, "unit_price": money(price), "category": None}
            for sku, quantity, price in lines
        ],
    }


def refund(invoice: str, amount: int) -> dict[str, Any]:
    """What a refund adds; nothing in the source links a cancellation to its order."""
    return {"order_id": None, "refund_id": invoice, "amount": money(amount)}


def money(minor: int) -> dict[str, Any]:
    """An amount as the contract writes it."""
    return {"amount_minor": minor, "currency": CURRENCY}
