"""What a shop sends in, records as a bridge reads them out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

AT = 1_767_268_800_000
"""2026-01-01T12:00:00Z, the timestamp of records."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A record of a source topic."""

    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp: int = AT
    key: bytes | None = None
    topic: str = "shop"
    partition: int = 0
    offset: int = field(default=0, compare=False)


def webhook(headers: Mapping[str, str], value: Any, timestamp: int = AT) -> Sent:
    """Send a payload with these headers."""
    named = tuple((name, text.encode()) for name, text in headers.items())
    return Sent(orjson.dumps(value), named, timestamp)


def shopify(topic: str, value: Any, timestamp: int = AT) -> Sent:
    """Send a payload as Shopify does."""
    return webhook({"X-Shopify-Topic": topic, "X-Shopify-Webhook-Id": "w-1"}, value, timestamp)


def order(number: int, customer: int | None, total: str = "10.00") -> dict[str, Any]:
    """Write an order of Shopify, as far as anybody reads it."""
    person = None if customer is None else {"id": customer, "email": "canary@example.org"}
    at = "2026-01-01T06:00:00-05:00"
    return {"id": number, "created_at": at, "total_price": total, "currency": "GBP", "customer": person}


def refund(number: int, of_order: int, amount: str = "4.00") -> dict[str, Any]:
    """Write a refund of Shopify: it names its order and no customer."""
    paid = {"kind": "refund", "status": "success", "amount": amount, "currency": "GBP"}
    return {"id": number, "order_id": of_order, "created_at": "2026-01-01T11:30:00Z", "transactions": [paid]}
