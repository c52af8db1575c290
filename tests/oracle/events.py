"""A few words in, the bare JSON events of design section 3 out, for tests to write histories with."""

from typing import Any

from .orders import Event


def money(minor: int, currency: str = "GBP") -> dict[str, Any]:
    return {"amount_minor": minor, "currency": currency}


def order(order_id: str, at: int | str, minor: int, currency: str = "GBP", **more: object) -> Event:
    placed = {"type": "order_placed", "event_id": f"o-{order_id}", "order_id": order_id}
    return {**placed, "customer_id": "ann", "occurred_at": at, "total": money(minor, currency), **more}


def refund(refund_id: str, order_id: str | None, at: int, minor: int, **more: object) -> Event:
    refunded = {"type": "order_refunded", "event_id": refund_id, "refund_id": refund_id, "order_id": order_id}
    return {**refunded, "customer_id": "ann", "occurred_at": at, "amount": money(minor), **more}


def cancellation(order_id: str, at: int, **more: object) -> Event:
    cancelled = {"type": "order_cancelled", "event_id": f"c-{order_id}", "order_id": order_id}
    return {**cancelled, "customer_id": "ann", "occurred_at": at, **more}


def engaged(
    event_id: str, at: int | str, kind: str = "review_posted", rating: int | None = None, **more: object
) -> Event:
    told = {"type": "engaged", "event_id": event_id, "kind": kind, **({} if rating is None else {"rating": rating})}
    return {**told, "customer_id": "ann", "occurred_at": at, **more}


def profile(event_id: str, at: int | str, preferred_channel: str | None = None, **consents: bool) -> Event:
    """A snapshot of nothing but consents per channel and the preferred one."""
    held = {"type": "profile_changed", "event_id": event_id, "consents": consents}
    return {**held, "customer_id": "ann", "occurred_at": at, "preferred_channel": preferred_channel}


def delivered(event_id: str, at: int | str, message_id: str) -> Event:
    told = {"type": "message.delivered", "event_id": event_id, "message_id": message_id}
    return {**told, "customer_id": "ann", "occurred_at": at}


def failed(event_id: str, at: int | str, message_id: str, *, permanent: bool = False, reason: str = "blocked") -> Event:
    told = {"type": "message.failed", "event_id": event_id, "message_id": message_id, "reason": reason}
    return {**told, "customer_id": "ann", "occurred_at": at, "permanent": permanent}


def erasure(event_id: str, at: int | str, **more: object) -> Event:
    return {"type": "customer_erased", "event_id": event_id, "customer_id": "ann", "occurred_at": at, **more}
