"""One record of every way to be wrong: its code and its field path, never its value."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from schemas.checking import AHEAD_MS
from schemas.decoding import LARGEST_RECORD, decode
from schemas.facts import LARGEST_AMOUNT, Money, OrderCancelled, OrderPlaced, OrderRefunded
from schemas.instants import EARLIEST
from schemas.rejections import Rejected
from tests.builders import T0, Rec
from tests.oracle.events import cancellation, money, order, refund

ORDER = order("1", T0, 100)
REFUND = refund("r", "1", T0, 5)


def changed(event: Any = ORDER, **fields: object) -> bytes:
    return orjson.dumps({**event, **fields})


def without(field: str, event: Any = ORDER) -> bytes:
    return orjson.dumps({name: value for name, value in event.items() if name != field})


def raw(old: bytes, new: bytes) -> bytes:
    """Write what no JSON encoder would."""
    text = orjson.dumps(ORDER)
    assert old in text
    return text.replace(old, new, 1)


REJECTED: dict[str, tuple[bytes | None, str, str]] = {
    "no value": (None, "undecodable", "$"),
    "empty": (b"", "undecodable", "$"),
    "no json": (b"order_placed", "undecodable", "$"),
    "cut off": (orjson.dumps(ORDER)[:-1], "undecodable", "$"),
    "two values": (orjson.dumps(ORDER) + b"{}", "undecodable", "$"),
    "byte order mark": (b"\xef\xbb\xbf" + orjson.dumps(ORDER), "undecodable", "$"),
    "utf-16": (orjson.dumps(ORDER).decode().encode("utf-16"), "undecodable", "$"),
    "no utf-8": (raw(b'"o-1"', b'"\xff"'), "undecodable", "$"),
    "lone surrogate": (raw(b'"o-1"', b'"\\ud800"'), "undecodable", "$"),
    "not a number": (raw(b":100", b":NaN"), "undecodable", "$"),
    "deep nesting": (b'{"a":' * 10_000 + b"}" * 10_000, "undecodable", "$"),
    "deep lines": (raw(b'"o-1"', b'"o-1","lines":' + b"[" * 20_000 + b"]" * 20_000), "undecodable", "$"),
    "no object": (b"[]", "wrong_type", "$"),
    "null": (b"null", "wrong_type", "$"),
    "no type": (without("type"), "missing_field", "$.type"),
    "unknown type": (changed(type="order_shipped"), "unknown_type", "$.type"),
    "type of no text": (changed(type=5), "wrong_type", "$.type"),
    "no total": (without("total"), "missing_field", "$.total"),
    "no refund id": (without("refund_id", REFUND), "missing_field", "$.refund_id"),
    "no currency": (changed(total={"amount_minor": 1}), "missing_field", "$.total.currency"),
    "total null": (changed(total=None), "wrong_type", "$.total"),
    "amount of text": (changed(total=money(1) | {"amount_minor": "1"}), "wrong_type", "$.total.amount_minor"),
    "amount of float": (raw(b":100", b":1.0"), "wrong_type", "$.total.amount_minor"),
    "amount true": (raw(b":100", b":true"), "wrong_type", "$.total.amount_minor"),
    "customer of number": (changed(customer_id=5), "wrong_type", "$.customer_id"),
    "time of float": (changed(occurred_at=1.5), "wrong_type", "$.occurred_at"),
    "time true": (changed(occurred_at=True), "wrong_type", "$.occurred_at"),
    "time null": (changed(occurred_at=None), "wrong_type", "$.occurred_at"),
    "time of words": (changed(occurred_at="yesterday"), "invalid_time", "$.occurred_at"),
    "30 February": (changed(occurred_at="2010-02-30T08:26:00Z"), "invalid_time", "$.occurred_at"),
    "hour 24": (changed(occurred_at="2010-12-01T24:00:00Z"), "invalid_time", "$.occurred_at"),
    "offset of 24 hours": (changed(occurred_at="2010-12-01T08:26:00+24:00"), "invalid_time", "$.occurred_at"),
    "date alone": (changed(occurred_at="2010-12-01"), "invalid_time", "$.occurred_at"),
    "naive": (changed(occurred_at="2010-12-01T08:26:00"), "naive_time", "$.occurred_at"),
    "naive with fraction": (changed(occurred_at="2010-12-01T08:26:00.5"), "naive_time", "$.occurred_at"),
    "too far ahead": (changed(occurred_at=T0 + AHEAD_MS + 1), "too_far_ahead", "$.occurred_at"),
    "huge time": (raw(b"1291191960000", b"9" * 40), "too_far_ahead", "$.occurred_at"),
    "before 1990": (changed(occurred_at=EARLIEST - 1), "before_1990", "$.occurred_at"),
    "negative time": (raw(b"1291191960000", b"-" + b"9" * 40), "before_1990", "$.occurred_at"),
    "amount too large": (
        changed(total=money(LARGEST_AMOUNT + 1)), "amount_out_of_range", "$.total.amount_minor",
    ),
    "amount huge": (raw(b":100", b":" + b"9" * 40), "amount_out_of_range", "$.total.amount_minor"),
    "negative total": (changed(total=money(-1)), "negative_amount", "$.total.amount_minor"),
    "negative base total": (changed(base_total=money(-1)), "negative_amount", "$.base_total.amount_minor"),
    "negative refund": (changed(REFUND, amount=money(-1)), "negative_amount", "$.amount.amount_minor"),
    "unknown currency": (changed(total=money(1, "GPB")), "unknown_currency", "$.total.currency"),
    "lower case currency": (changed(total=money(1, "gbp")), "unknown_currency", "$.total.currency"),
    "base total of nowhere": (changed(base_total=money(1, "ZZZ")), "unknown_currency", "$.base_total.currency"),
    "refund of nowhere": (changed(REFUND, amount=money(1, "ZZZ")), "unknown_currency", "$.amount.currency"),
    "base amount of nowhere": (
        changed(REFUND, base_amount=money(1, "ZZZ")), "unknown_currency", "$.base_amount.currency",
    ),
    "empty customer": (changed(customer_id=""), "invalid_id", "$.customer_id"),
    "long event id": (changed(event_id="x" * 129), "invalid_id", "$.event_id"),
    "long in bytes": (changed(order_id="é" * 65), "invalid_id", "$.order_id"),
    "nul in order id": (changed(order_id="a\0b"), "invalid_id", "$.order_id"),
    "c1 control": (changed(order_id="a\x85b"), "invalid_id", "$.order_id"),
    "delete in refund id": (changed(REFUND, refund_id="a\x7f"), "invalid_id", "$.refund_id"),
    "refund of an empty order": (changed(REFUND, order_id=""), "invalid_id", "$.order_id"),
    "cancellation of an empty order": (changed(cancellation("", T0)), "invalid_id", "$.order_id"),
    "another customer": (changed(customer_id="bob"), "key_mismatch", "$.customer_id"),
    "too large": (changed(note="x" * LARGEST_RECORD), "too_large", "$"),
}  # fmt: skip


@pytest.mark.parametrize(("value", "code", "path"), REJECTED.values(), ids=REJECTED)
def test_a_wrong_record_is_rejected_with_its_code_and_path(value: bytes | None, code: str, path: str) -> None:
    found = decode(Rec(value))
    assert isinstance(found, Rejected)
    assert (found.code, found.path) == (code, path)
    assert found.message


def test_a_record_without_key_is_another_customers() -> None:
    found = decode(Rec(orjson.dumps(ORDER), key=None))
    assert isinstance(found, Rejected)
    assert found.code == "key_mismatch"


def test_the_three_types_are_read_with_all_their_fields() -> None:
    placed = order("1", T0, 7, "EUR", base_total=money(6), lines="never read", unknown=[])
    expected = OrderPlaced("o-1", "ann", placed["occurred_at"], "1", Money(7, "EUR"), Money(6, "GBP"))
    assert decode(Rec(orjson.dumps(placed))) == expected
    refunded = refund("r", None, T0, 7, base_amount=money(6))
    free = OrderRefunded("r", "ann", refunded["occurred_at"], "r", Money(7, "GBP"), None, Money(6, "GBP"))
    assert decode(Rec(orjson.dumps(refunded))) == free
    cancelled = cancellation("1", T0)
    assert decode(Rec(orjson.dumps(cancelled))) == OrderCancelled("c-1", "ann", cancelled["occurred_at"], "1")


@pytest.mark.parametrize(
    "fields",
    [
        {"occurred_at": T0 + AHEAD_MS},
        {"occurred_at": EARLIEST},
        {"total": money(LARGEST_AMOUNT)},
        {"total": money(0)},
        {"order_id": "x" * 128},
        {"order_id": "é" * 64},
        {"order_id": "a b\u2028\U0001f600"},
        {"base_total": None},
    ],
    ids=["10 minutes ahead", "1990", "2^53 - 1", "0", "128 bytes", "64 two-byte letters", "odd letters", "null base"],
)
def test_what_stands_exactly_on_a_bound_is_a_fact(fields: dict[str, object]) -> None:
    assert isinstance(decode(Rec(changed(**fields))), OrderPlaced)


def test_a_record_of_exactly_64_kib_is_a_fact() -> None:
    padding = LARGEST_RECORD - len(changed(note=""))
    assert isinstance(decode(Rec(changed(note="x" * padding))), OrderPlaced)
    assert isinstance(decode(Rec(changed(note="x" * (padding + 1)))), Rejected)


def test_the_later_of_two_equal_keys_counts() -> None:
    found = decode(Rec(raw(b'"o-1"', b'"o-0","event_id":"o-1"')))
    assert isinstance(found, OrderPlaced)
    assert found.event_id == "o-1"


def test_a_time_may_be_ahead_of_the_record_only_by_its_own_timestamp() -> None:
    late = Rec(orjson.dumps(ORDER), timestamp=T0 - AHEAD_MS)
    assert isinstance(decode(late), OrderPlaced)
    assert isinstance(decode(replace(late, timestamp=T0 - AHEAD_MS - 1)), Rejected)
