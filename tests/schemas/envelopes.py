"""Bare events in, the same as CloudEvents out: value and headers of the binary and of the structured mode."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from schemas.instants import rfc3339
from tests.builders import T0, Rec

Event = Mapping[str, Any]
Headers = list[tuple[str, bytes]]
ATTRIBUTES: Final = {"type": "type", "event_id": "id", "occurred_at": "time", "customer_id": "subject"}
CONTEXT: Final = {"specversion": "1.0", "source": "/shop"}

ENGAGED: Final[dict[str, Any]] = {
    "type": "engaged", "event_id": "e-9", "customer_id": "ann", "occurred_at": T0, "kind": "review_posted",
    "rating": 5, "channel": "email",
}  # fmt: skip
PROFILE: Final[dict[str, Any]] = {
    "type": "profile_changed", "event_id": "p-1", "customer_id": "ann", "occurred_at": T0,
    "birthday": "1980-02-29", "country": "GB", "timezone": "Europe/London",
    "consents": {"email": True, "sms": False}, "preferred_channel": "email", "lists": ["vip"], "interests": ["tea"],
}  # fmt: skip
ERASED: Final[dict[str, Any]] = {
    "type": "customer_erased", "event_id": "x-1", "customer_id": "ann", "occurred_at": T0,
}  # fmt: skip


def attributes(event: Event) -> dict[str, Any]:
    """Give what an event says as attributes of a CloudEvent."""
    told = {attribute: event[field] for field, attribute in ATTRIBUTES.items() if field in event}
    if isinstance(told.get("time"), int):
        told["time"] = rfc3339(told["time"])
    return {**CONTEXT, **told}


def data(event: Event) -> dict[str, Any]:
    """Give what an event says besides."""
    return {name: value for name, value in event.items() if name not in ATTRIBUTES}


def binary(event: Event) -> tuple[bytes, Headers]:
    """Write an event in binary mode."""
    headers = [(f"ce_{name}", str(text).encode()) for name, text in attributes(event).items()]
    return orjson.dumps(data(event)), [("content-type", b"application/json"), *headers]


def structured(event: Event, **instead: object) -> tuple[bytes, Headers]:
    """Write an event in structured mode, members changed or (...) left out."""
    members = {**attributes(event), "datacontenttype": "application/json", "data": data(event), **instead}
    present = {name: value for name, value in members.items() if value is not ...}
    return orjson.dumps(present), [("content-type", b"application/cloudevents+json; charset=UTF-8")]


def rec(written: tuple[bytes, Headers], *more: tuple[str, bytes | None]) -> Rec:
    """Put what was written on the wire; headers of `more` stand first."""
    value, headers = written
    return Rec(value, headers=[*more, *headers])  # type: ignore[list-item]  # Kafka has headers without value
