"""A decoded fact in, what is wrong with it beyond its types out: ids, currencies, times, calendar, key."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Final, Protocol
from zoneinfo import available_timezones

import iso4217

from schemas.facts import (
    CustomerErased,
    Engaged,
    Fact,
    MessageDelivered,
    MessageFailed,
    Money,
    OrderCancelled,
    OrderPlaced,
    OrderRefunded,
    ProfileChanged,
)
from schemas.instants import EARLIEST, LATEST, rfc3339
from schemas.rejections import Rejected

LONGEST_ID: Final = 128  # bytes of UTF-8
AHEAD_MS: Final = 10 * 60_000  # how far occurred_at may be ahead of the record's own timestamp
OLDEST_BIRTHDAY: Final = "1900-01-01"
CURRENCIES: Final = frozenset(currency.code for currency in iso4217.Currency)


class Sending(Protocol):
    """What a record says beside its value."""

    @property
    def key(self) -> bytes | None: ...
    @property
    def timestamp(self) -> int: ...


def is_plain(value: bytes) -> bool:
    """Tell whether a JSON text says everything in printable ASCII: its strings need no look of their own.

    A control character stands in no JSON text but as an escape; 0x7f may.
    """
    return value.isascii() and value.find(b"\\") < 0 and value.find(b"\x7f") < 0


def check(fact: Fact, record: Sending, *, plain: bool = False) -> Rejected | None:
    """Find what is wrong with a fact of a record; None = nothing. `plain`: it was read from plain text."""
    customer, event = fact.customer_id, fact.event_id
    if not is_id(customer, plain=plain):
        return _bad_id("customer_id")
    if not is_id(event, plain=plain):
        return _bad_id("event_id")
    at: int = fact.occurred_at
    if at > record.timestamp + AHEAD_MS or at > LATEST:
        return Rejected("too_far_ahead", "$.occurred_at", "Over 10 minutes ahead of the record")
    if at < EARLIEST:
        return Rejected("before_1990", "$.occurred_at", "Earlier than 1990-01-01T00:00:00Z")
    if record.key != customer.encode():
        return Rejected("key_mismatch", "$.customer_id", "The record's key is another customer")
    return _check_own(fact, plain=plain)


def is_id(text: str, *, plain: bool = False) -> bool:
    """Tell whether a text can be an id: 1 to 128 bytes of UTF-8 without control characters; a plain one has none."""
    if plain or (text.isprintable() and text.isascii()):  # decides nearly always
        return 0 < len(text) <= LONGEST_ID
    try:
        size = len(text.encode())
    except UnicodeEncodeError:  # a lone surrogate, written as an escape
        return False
    return 0 < size <= LONGEST_ID and not any(c < " " or "\x7f" <= c < "\xa0" for c in text)


def _check_own(fact: Fact, *, plain: bool) -> Rejected | None:
    """Check what the facts do not have in common."""
    match fact:
        case OrderPlaced():
            order = fact.order_id
            if not is_id(order, plain=plain):
                return _bad_id("order_id")
            if fact.base_total is None and fact.total.currency in CURRENCIES:
                return None
            return _bad_currency(fact.total, "total") or _bad_currency(fact.base_total, "base_total")
        case OrderCancelled():
            return _no_id(fact.order_id, "order_id")
        case OrderRefunded():
            return (
                _no_id(fact.refund_id, "refund_id")
                or _no_id(fact.order_id, "order_id")
                or _bad_currency(fact.amount, "amount")
                or _bad_currency(fact.base_amount, "base_amount")
            )
        case Engaged():
            return (
                _no_id(fact.referred_id, "referred_id")
                or _no_id(fact.reward_id, "reward_id")
                or _no_id(fact.channel, "channel")
            )
        case ProfileChanged():
            return _check_profile(fact)
        case CustomerErased():
            return None
        case MessageDelivered() | MessageFailed():
            return _no_id(fact.message_id, "message_id")


def _check_profile(profile: ProfileChanged) -> Rejected | None:
    if profile.timezone is not None and profile.timezone not in _timezones():
        return Rejected("invalid_value", "$.timezone", "No time zone of the IANA database")
    return (
        _bad_birthday(profile.birthday, profile.occurred_at)
        or _no_id(profile.preferred_channel, "preferred_channel")
        or _no_ids(("consents[...]", purpose) for purpose in profile.consents)
        or _no_ids((f"lists[{n}]", name) for n, name in enumerate(profile.lists))
        or _no_ids((f"interests[{n}]", name) for n, name in enumerate(profile.interests))
    )


def _bad_birthday(birthday: str | None, at: int) -> Rejected | None:
    if birthday is None:
        return None
    try:
        date.fromisoformat(birthday)
    except ValueError:
        return Rejected("invalid_value", "$.birthday", "Expected a date of the calendar")
    if OLDEST_BIRTHDAY <= birthday <= rfc3339(at)[:10]:
        return None
    return Rejected("invalid_value", "$.birthday", "Earlier than 1900 or later than occurred_at")


def _bad_currency(money: Money | None, field: str) -> Rejected | None:
    if money is None or money.currency in CURRENCIES:
        return None
    return Rejected("unknown_currency", f"$.{field}.currency", "No currency of ISO 4217")


def _no_id(text: str | None, field: str) -> Rejected | None:
    return None if text is None or is_id(text) else _bad_id(field)


def _no_ids(named: Iterable[tuple[str, str]]) -> Rejected | None:
    return next((_bad_id(field) for field, text in named if not is_id(text)), None)


def _bad_id(field: str) -> Rejected:
    return Rejected("invalid_id", f"$.{field}", f"An id is 1 to {LONGEST_ID} bytes, no control characters")


@cache
def _timezones() -> frozenset[str]:
    """Read the names once, and not for each record; `localtime` is another zone on every machine."""
    return frozenset(available_timezones() - {"localtime", "Factory"})
