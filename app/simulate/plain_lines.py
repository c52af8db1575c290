"""Lines of JSON in, the facts of those that are plainly right out: the short way of what `judging` decides.

A line is plain if it is ASCII without an escape and holds an order, a refund, a cancellation or an engagement. Nearly
all are, and then a whole block is decoded in one go. Whatever is not plain is left to `judging`: this file may be
narrower than the rules but never wider.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

try:
    import numpy as np
except ImportError:  # blocks are then cut into lines
    np = None  # type: ignore[assignment]

from app.simulate.entries import Entry, Stamped
from schemas.checking import AHEAD_MS, CURRENCIES, LONGEST_ID
from schemas.decoding import LARGEST_RECORD
from schemas.facts import Engaged, Fact, Kind, Money, OrderCancelled, OrderPlaced, OrderRefunded, Rating
from schemas.instants import EARLIEST, LATEST, TimeError, parse_instant
from schemas.rejections import UNREADABLE

Id = Annotated[str, Meta(min_length=1, max_length=LONGEST_ID)]
Time = str | int
HOURS_KEPT: Final = 300_000  # 34 years


class _Line(Struct, gc=False, tag_field="type"):
    event_id: Id
    customer_id: Id
    occurred_at: Time


class _Placed(_Line, tag="order_placed", gc=False):
    order_id: Id
    total: Money
    base_total: Money | None = None
    recorded_at: Time | None = None


class _Cancelled(_Line, tag="order_cancelled", gc=False):
    order_id: Id
    recorded_at: Time | None = None


class _Refunded(_Line, tag="order_refunded", gc=False):
    refund_id: Id
    amount: Money
    order_id: Id | None = None
    base_amount: Money | None = None
    recorded_at: Time | None = None


class _Engaged(_Line, tag="engaged", gc=False):
    kind: Kind
    rating: Rating | None = None
    answer: str | None = None
    referred_id: Id | None = None
    reward_id: Id | None = None
    channel: Id | None = None
    recorded_at: Time | None = None


class _Profile(Struct, tag_field="type", tag="profile_changed", gc=False):
    """Known, so that its neighbours stay plain; `judging` reads it."""


class _Erased(Struct, tag_field="type", tag="customer_erased", gc=False):
    """The same."""


_Wire = _Placed | _Cancelled | _Refunded | _Engaged | _Profile | _Erased
_decoder: Final[msgspec.json.Decoder[_Wire]] = msgspec.json.Decoder(_Wire)


class _NotPlain(Exception):
    """Left to `judging`."""


_NOT_PLAIN: Final = (*UNREADABLE, _NotPlain)

# An hour `2010-12-01T08` that has been read, and what follows it, `:26:00Z`. As Any: the facts hold plain integers.
_hours: Final[dict[str, Any]] = {}
_RESTS: Final[dict[str, Any]] = {f":{s // 60:02d}:{s % 60:02d}Z": s * 1000 for s in range(3600)}


def plain_block(block: bytes) -> list[Entry] | None:
    """Read a block of whole lines; None = not all of them are plain."""
    lines = _lines_of_one_value(block)
    if not lines or not _is_plain(block):
        return None
    try:
        wires = _decoder.decode_lines(block)
        return [_entry(wire) for wire in wires] if len(wires) == lines else None
    except _NOT_PLAIN:
        return None


def plain_line(line: bytes) -> Entry | None:
    """Read one line; None = it is not plain."""
    if len(line) > LARGEST_RECORD or not _is_plain(line):
        return None
    try:
        return _entry(_decoder.decode(line))
    except _NOT_PLAIN:
        return None


def _lines_of_one_value(block: bytes) -> int:
    """Count the lines if every one begins with `{`, ends with `}` and is no longer than a record; else 0.

    As many JSON values as such lines are one value in each: between `}` and `{` no value can go on.
    """
    if np is None:
        return 0
    text = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(text == ord("\n"))
    if not ends.size or ends[-1] != text.size - 1 or text[0] != ord("{") or ends[0] > LARGEST_RECORD:
        return 0
    closed = (text[ends - 1] == ord("}")).all() and (text[ends[:-1] + 1] == ord("{")).all()
    return ends.size if closed and (np.diff(ends) <= LARGEST_RECORD).all() else 0


def _is_plain(text: bytes) -> bool:
    r"""Tell whether its strings can hold no control characters: JSON writes those below space as `\u00..`."""
    return text.isascii() and b"\\" not in text and b"\x7f" not in text


def _entry(wire: _Wire) -> Entry:
    """Build a fact; a time that is no hour known already, or nothing but an order, takes longer."""
    kind = type(wire)
    if kind is _Profile or kind is _Erased:
        raise _NotPlain
    line: Any = wire
    wire_at = line.occurred_at
    try:
        at = _hours[wire_at[:13]] + _RESTS[wire_at[13:]]
    except (KeyError, TypeError):
        at = _time(wire_at)
    if kind is _Placed and line.base_total is None and line.total.currency in CURRENCIES:
        fact: Fact = OrderPlaced(line.event_id, line.customer_id, at, line.order_id, line.total)
    else:
        fact = _FACTS[kind](line, at)
    if line.recorded_at is None:
        return fact
    stamp = _time(line.recorded_at)
    if at > stamp + AHEAD_MS:
        raise _NotPlain
    return Stamped(stamp, fact)


def _time(wire: Time) -> int:
    """Read a time that a fact can have, and remember its hour."""
    try:
        at = int(parse_instant(wire))
    except TimeError as error:
        raise _NotPlain from error
    if not EARLIEST <= at <= LATEST:
        raise _NotPlain
    if isinstance(wire, str) and len(_hours) < HOURS_KEPT and wire[13:] in _RESTS and wire[10] == "T":
        _hours[wire[:13]] = at - _RESTS[wire[13:]]
    return at


def _refunded(line: _Refunded, at: Any) -> Fact:
    if line.base_amount is not None or line.amount.currency not in CURRENCIES:
        raise _NotPlain
    return OrderRefunded(line.event_id, line.customer_id, at, line.refund_id, line.amount, line.order_id)


def _cancelled(line: _Cancelled, at: Any) -> Fact:
    return OrderCancelled(line.event_id, line.customer_id, at, line.order_id)


def _engaged(line: _Engaged, at: Any) -> Fact:
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
    )


def _not_plain(line: _Placed, at: Any) -> Fact:
    raise _NotPlain


_FACTS: Final[dict[type, Callable[[Any, Any], Fact]]] = {
    _Placed: _not_plain,
    _Cancelled: _cancelled,
    _Refunded: _refunded,
    _Engaged: _engaged,
}
