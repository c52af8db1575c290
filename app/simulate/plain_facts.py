"""Plain lines as they stand on the wire in, their facts out; compiled, for every line passes through."""

from collections.abc import Callable
from typing import Any, Final

from app.simulate.entries import Entry, Stamped
from app.simulate.wire_lines import Cancelled, Engaging, Placed, Refunded, Time, Wire
from schemas.checking import AHEAD_MS, CURRENCIES
from schemas.facts import Engaged, Fact, OrderCancelled, OrderPlaced, OrderRefunded
from schemas.instants import EARLIEST, LATEST, TimeError, parse_instant

HOURS_KEPT: Final = 300_000  # 34 years


class NotPlain(Exception):
    """Left to `judging`."""


# An hour `2010-12-01T08` that has been read, and what follows it, `:26:00Z`. As Any: the facts hold plain integers.
_hours: Final[dict[str, Any]] = {}
_RESTS: Final[dict[str, Any]] = {f":{s // 60:02d}:{s % 60:02d}Z": s * 1000 for s in range(3600)}


def facts_of(wires: list[Wire]) -> list[Entry]:
    """Build all facts; NotPlain if any line is not plain."""
    return [fact_of(wire) for wire in wires]


def fact_of(wire: Wire) -> Entry:
    """Build a fact; a time that is no hour known already, or nothing but an order, takes longer."""
    kind = type(wire)
    if kind not in _FACTS:
        raise NotPlain
    line: Any = wire
    wire_at = line.occurred_at
    try:
        at = _hours[wire_at[:13]] + _RESTS[wire_at[13:]]
    except (KeyError, TypeError):
        at = _time(wire_at)
    if kind is Placed and line.base_total is None and line.total.currency in CURRENCIES:
        fact: Fact = OrderPlaced(line.event_id, line.customer_id, at, line.order_id, line.total)
    else:
        fact = _FACTS[kind](line, at)
    if line.recorded_at is None:
        return fact
    stamp = _time(line.recorded_at)
    if at > stamp + AHEAD_MS:
        raise NotPlain
    return Stamped(stamp, fact)


def _time(wire: Time) -> int:
    """Read a time that a fact can have, and remember its hour."""
    try:
        at = int(parse_instant(wire))
    except TimeError as error:
        raise NotPlain from error
    if not EARLIEST <= at <= LATEST:
        raise NotPlain
    if isinstance(wire, str) and len(_hours) < HOURS_KEPT and wire[13:] in _RESTS and wire[10] == "T":
        _hours[wire[:13]] = at - _RESTS[wire[13:]]
    return at


def _refunded(line: Refunded, at: Any) -> Fact:
    if line.base_amount is not None or line.amount.currency not in CURRENCIES:
        raise NotPlain
    return OrderRefunded(line.event_id, line.customer_id, at, line.refund_id, line.amount, line.order_id)


def _cancelled(line: Cancelled, at: Any) -> Fact:
    return OrderCancelled(line.event_id, line.customer_id, at, line.order_id)


def _engaged(line: Engaging, at: Any) -> Fact:
    return Engaged(
        line.event_id,
        line.customer_id,
        at,
        line.kind,
        line.rating,
        line.answer,
        line.referred_id,
        line.reward_id,
        line.channel,
        line.points,
    )


def _not_plain(line: Placed, at: Any) -> Fact:
    raise NotPlain


_FACTS: Final[dict[type, Callable[[Any, Any], Fact]]] = {
    Placed: _not_plain,
    Cancelled: _cancelled,
    Refunded: _refunded,
    Engaging: _engaged,
}
