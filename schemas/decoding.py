"""Record bytes in, a fact or its rejection out."""

import re
from typing import Final, Protocol

import iso4217
import msgspec

from schemas.facts import Fact, Money, OrderCancelled, OrderPlaced, OrderRefunded
from schemas.instants import EARLIEST, LATEST, Instant, TimeError, parse_instant
from schemas.rejections import Rejected, RejectionCode

LARGEST_RECORD: Final = 64 * 1024
LONGEST_ID: Final = 128  # bytes of UTF-8
AHEAD_MS: Final = 10 * 60_000  # how far occurred_at may be ahead of the record's own timestamp
CURRENCIES: Final = frozenset(currency.code for currency in iso4217.Currency)

_PATH = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>\$[^`]*)`)?$", re.DOTALL)
_FIELD = re.compile(r"required field `(?P<field>[^`]+)`")


class Record(Protocol):
    """What the decoder needs of a Kafka record."""

    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def timestamp(self) -> int: ...


def _read_time(kind: type, wire: object) -> Instant:
    """Decode the one custom type of a fact; msgspec calls it for every field of type Instant."""
    return parse_instant(wire)


_decoder: msgspec.json.Decoder[Fact] = msgspec.json.Decoder(
    OrderPlaced | OrderCancelled | OrderRefunded, dec_hook=_read_time
)
_decode = _decoder.decode


def decode(record: Record) -> Fact | Rejected:
    """Read one record of the orders topic; every way to be wrong is a value, nothing is raised."""
    value = record.value
    if value is None:
        return Rejected("undecodable", "$", "The record has no value")
    if len(value) > LARGEST_RECORD:
        return Rejected("too_large", "$", f"A record holds at most {LARGEST_RECORD} bytes")
    try:
        fact = _decode(value)
    except msgspec.ValidationError as error:
        return _explain(error)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Rejected("undecodable", "$", "The value is no JSON text in UTF-8")
    wrong = _check(fact)
    if wrong is not None:
        return wrong
    at = fact.occurred_at
    if at > min(record.timestamp + AHEAD_MS, LATEST):
        return Rejected("too_far_ahead", "$.occurred_at", "Over 10 minutes ahead of the record")
    if at < EARLIEST:
        return Rejected("before_1990", "$.occurred_at", "Earlier than 1990-01-01T00:00:00Z")
    if record.key != fact.customer_id.encode():
        return Rejected("key_mismatch", "$.customer_id", "The record's key is another customer")
    return fact


def is_id(text: str) -> bool:
    """Tell whether a text can be an id: 1 to 128 bytes of UTF-8 without control characters."""
    if text.isprintable() and text.isascii():  # decides nearly always
        return 0 < len(text) <= LONGEST_ID
    try:
        size = len(text.encode())
    except UnicodeEncodeError:  # a lone surrogate, written as an escape
        return False
    return 0 < size <= LONGEST_ID and not any(c < " " or "\x7f" <= c < "\xa0" for c in text)


def _check(fact: Fact) -> Rejected | None:
    """Check what the types cannot say: ids and currencies."""
    if not is_id(fact.customer_id):
        return _bad_id("customer_id")
    if not is_id(fact.event_id):
        return _bad_id("event_id")
    match fact:
        case OrderPlaced():
            if not is_id(fact.order_id):
                return _bad_id("order_id")
            if fact.base_total is None and fact.total.currency in CURRENCIES:
                return None
            return _bad_currency(fact.total, "total") or _bad_currency(fact.base_total, "base_total")
        case OrderCancelled():
            return None if is_id(fact.order_id) else _bad_id("order_id")
        case OrderRefunded():
            if not is_id(fact.refund_id):
                return _bad_id("refund_id")
            if fact.order_id is not None and not is_id(fact.order_id):
                return _bad_id("order_id")
            return _bad_currency(fact.amount, "amount") or _bad_currency(fact.base_amount, "base_amount")


def _bad_id(field: str) -> Rejected:
    return Rejected("invalid_id", f"$.{field}", f"An id is 1 to {LONGEST_ID} bytes, no control characters")


def _bad_currency(money: Money | None, field: str) -> Rejected | None:
    if money is None or money.currency in CURRENCIES:
        return None
    return Rejected("unknown_currency", f"$.{field}.currency", "No currency of ISO 4217")


def _explain(error: msgspec.ValidationError) -> Rejected:
    """Turn msgspec's words into a code and a path; its messages name types and bounds, never values."""
    found = _PATH.match(str(error))
    what, path = (found["what"], found["path"] or "$") if found else ("", "$")
    cause = error.__cause__
    if isinstance(cause, TimeError):
        return Rejected(_time_code(cause), path, str(cause))
    missing = _FIELD.search(what)
    if missing:
        return Rejected("missing_field", f"{path}.{missing['field']}", "The field is required")
    if what.startswith("Invalid value") and path.endswith("type"):
        return Rejected("unknown_type", path, "No type of this topic")
    if ">= 0" in what:
        return Rejected("negative_amount", path, "An amount is not negative")
    if "<= " in what:
        return Rejected("amount_out_of_range", path, "An amount is at most 2^53 - 1 minor units")
    return Rejected("wrong_type", path, what)


def _time_code(error: TimeError) -> RejectionCode:
    match error.code:
        case "naive_time":
            return "naive_time"
        case "invalid_time":
            return "invalid_time"
        case _:
            return "wrong_type"
