"""Any bytes in, a fact or a rejection out; what is said about a rejected record never quotes it."""

import json
from typing import Any, get_args

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.decoding import decode, is_id
from schemas.facts import FACT_TYPES, OrderPlaced
from schemas.rejections import Rejected, RejectionCode
from tests.builders import T0, Rec
from tests.oracle.events import cancellation, order, refund
from tests.schemas.test_decoding import REJECTED

EVENTS = (order("1", T0, 100, base_total=None), refund("r", "1", T0, 5), cancellation("1", T0))
OFFENDING = "Zq7offending"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
tokens = st.sampled_from(
    [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"NaN",
        b"-",
        b"1e999",
        b"9" * 5_000,
        b'"\\ud800"',
        b"null",
        b"\xff",
        b"\xef\xbb\xbf",
    ]
)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A good event with bytes of it replaced."""
    good = orjson.dumps(draw(st.sampled_from(EVENTS)))
    start = draw(st.integers(0, len(good)))
    end = draw(st.integers(start, min(len(good), start + 20)))
    return good[:start] + draw(tokens | st.binary(max_size=4)) + good[end:]


@given(st.binary(max_size=200) | st.lists(tokens, max_size=30).map(b"".join) | spoilt())
@example(b'"' + b"\\ud800" * 100 + b'"')
@example(b"[" * 60_000)
def test_no_bytes_raise(value: bytes) -> None:
    found = decode(Rec(value))
    assert isinstance(found, (Rejected, *FACT_TYPES))


@given(st.sampled_from(EVENTS), st.data())
def test_no_value_in_any_field_raises(event: dict[str, Any], data: st.DataObject) -> None:
    field = data.draw(st.sampled_from([*event, "base_total", "base_amount"]))
    value = data.draw(json_values)
    found = decode(Rec(_dumps(event | {field: value})))
    assert isinstance(found, (Rejected, *FACT_TYPES))


@given(st.sampled_from(EVENTS), st.data())
def test_a_rejection_never_holds_the_offending_value(event: dict[str, Any], data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(list(event)))
    secret = data.draw(
        st.sampled_from(
            [
                OFFENDING,
                {OFFENDING: OFFENDING},
                [OFFENDING],
                {"amount_minor": OFFENDING, "currency": "GBP"},
                OFFENDING + "\0",
                OFFENDING * 20,
            ]
        )
    )
    found = decode(Rec(_dumps(event | {field: secret})))
    if isinstance(found, Rejected):
        assert OFFENDING not in found.message
        assert OFFENDING not in found.path
    else:
        assert field in ("event_id", "order_id", "refund_id", "base_total"), "only ids take any text"


def test_every_code_of_decoding_has_a_case() -> None:
    of_partitions = {"wrong_partition"}  # told by the partition's work, not by the decoder
    assert {code for _, code, _ in REJECTED.values()} == set(get_args(RejectionCode)) - of_partitions


@given(st.text(max_size=140))
def test_an_id_is_what_the_contract_says(text: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        size = 0
    controls = any(ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 for letter in text)
    assert is_id(text) == (0 < size <= 128 and not controls)


@pytest.mark.parametrize("text", ["\ud800", "ann\udfff"])
def test_a_lone_surrogate_is_no_id(text: str) -> None:
    assert not is_id(text)


@given(st.text(min_size=1, max_size=40).filter(is_id), st.integers(0, 2**53 - 1))
def test_what_is_well_formed_is_read_as_it_stands(customer: str, amount: int) -> None:
    found = decode(Rec(orjson.dumps(order("1", T0, amount, customer_id=customer)), customer.encode()))
    assert isinstance(found, OrderPlaced)
    assert (found.customer_id, found.total.amount_minor) == (customer, amount)


def _dumps(event: object) -> bytes:
    """Unlike orjson, json writes lone surrogates and integers of any size."""
    return json.dumps(event).encode()
