"""Record bytes in, a fact or its rejection out."""

from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from schemas.checking import check, is_plain
from schemas.cloudevents import Headers, Unwrapped, unwrap
from schemas.facts import CustomerFact, Engaged, Fact, OrderFact, Receipt, Typeless
from schemas.instant import Instant
from schemas.instants import parse_instant
from schemas.rejections import UNREADABLE, Rejected, explain
from schemas.topics import Feed

__all__ = ["LARGEST_RECORD", "Record", "decode", "place"]

LARGEST_RECORD: Final = 64 * 1024


class Record(Protocol):
    """What the decoder needs of a Kafka record."""

    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def headers(self) -> Headers: ...


def _read_time(kind: type, wire: object) -> Instant:
    """Decode the one custom type of a fact; msgspec calls it for every field of type Instant."""
    return parse_instant(wire)


_orders: msgspec.json.Decoder[OrderFact] = msgspec.json.Decoder(OrderFact, dec_hook=_read_time)
_engaged: msgspec.json.Decoder[Engaged | Typeless] = msgspec.json.Decoder(Engaged | Typeless, dec_hook=_read_time)
_customers: msgspec.json.Decoder[CustomerFact] = msgspec.json.Decoder(CustomerFact, dec_hook=_read_time)
_receipts: msgspec.json.Decoder[Receipt] = msgspec.json.Decoder(Receipt, dec_hook=_read_time)


def _decode_engaged(value: bytes) -> Engaged:
    fact = _engaged.decode(value)
    if isinstance(fact, Typeless):
        raise msgspec.ValidationError("Invalid value '' - at `$.type`")
    return fact


_DECODE: Final[dict[Feed, Callable[[bytes], Fact]]] = {
    "orders": _orders.decode,
    "engagement": _decode_engaged,
    "customers": _customers.decode,
    "receipts": _receipts.decode,
}


def decode(record: Record, feed: Feed = "orders") -> Fact | Rejected:
    """Read one record of an input, bare or a CloudEvent; every way to be wrong is a value, nothing is raised.

    The path of a rejection names the place in the record itself: `$.total`, `$.data.total`, `ce_time`.
    """
    value = record.value
    if value is None:
        return Rejected("undecodable", "$", "The record has no value")
    if len(value) > LARGEST_RECORD:
        return Rejected("too_large", "$", f"A record holds at most {LARGEST_RECORD} bytes")
    event = unwrap(record.headers, value) if record.headers else None
    if event is not None:
        if isinstance(event, Rejected):
            return event
        value = event.bare
    try:
        fact = _DECODE[feed](value)
    except UNREADABLE as error:
        wrong = explain(error)
    else:
        found = check(fact, record, plain=is_plain(value))
        if found is None:
            return fact
        wrong = found
    return wrong if event is None else event.place(wrong)


def place(record: Record, wrong: Rejected) -> Rejected:
    """Name the place in the record of what was found wrong with its fact after decoding."""
    event = unwrap(record.headers, record.value) if record.headers and record.value is not None else None
    return event.place(wrong) if isinstance(event, Unwrapped) else wrong
