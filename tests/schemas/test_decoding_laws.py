"""Any record in, a fact or a rejection out; what is said about a rejected record never quotes it."""

import json
from collections.abc import Sequence
from typing import get_args

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.checking import is_id
from schemas.decoding import decode
from schemas.facts import FACT_TYPES, OrderPlaced
from schemas.rejections import Rejected, RejectionCode
from schemas.topics import Feed
from tests.builders import T0, Rec
from tests.oracle.events import cancellation, delivered, failed, order, refund
from tests.schemas.envelopes import ATTRIBUTES, CONTEXT, ENGAGED, ERASED, PROFILE, Event, binary, data, rec, structured
from tests.schemas.test_decoding import REJECTED
from tests.schemas.test_decoding_feeds import CUSTOMERS
from tests.schemas.test_wrong_cloudevents import BINARY

ORDERS = (order("1", T0, 100, base_total=None), refund("r", "1", T0, 5), cancellation("1", T0))
EVENTS: dict[Feed, tuple[Event, ...]] = {
    "orders": ORDERS,
    "engagement": (ENGAGED | {"answer": None, "referred_id": None, "reward_id": None},),
    "customers": (PROFILE, ERASED),
    "receipts": (delivered("d-1", T0, "m-1"), failed("f-1", T0, "m-1")),
}
FREE = {
    "event_id", "order_id", "refund_id", "base_total", "answer", "referred_id", "reward_id", "channel",
    "preferred_channel", "lists", "interests", "source", "message_id",
}  # fmt: skip
"""What takes any text."""
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


feeds = st.sampled_from(get_args(Feed))
told = feeds.flatmap(lambda feed: st.tuples(st.just(feed), st.sampled_from(EVENTS[feed])))
"""A topic and a good event of it."""
names = st.sampled_from(["content-type", *(f"ce_{name}" for name in (*ATTRIBUTES.values(), *CONTEXT))])
headers = st.lists(
    st.tuples(
        names | st.text(max_size=5),
        st.none() | st.binary(max_size=5) | st.sampled_from([b"1.0", b"application/cloudevents+json", b"order_placed"]),
    ),
    max_size=4,
)


def written(event: Event) -> st.SearchStrategy[Rec]:
    """Write an event in one of the encodings."""
    return st.sampled_from([Rec(orjson.dumps(event)), rec(binary(event)), rec(structured(event))])


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A good record's value with bytes of it replaced."""
    good = draw(told.flatmap(lambda of: written(of[1]))).value or b""
    start = draw(st.integers(0, len(good)))
    end = draw(st.integers(start, min(len(good), start + 20)))
    return good[:start] + draw(tokens | st.binary(max_size=4)) + good[end:]


@given(
    st.binary(max_size=200) | st.lists(tokens, max_size=30).map(b"".join) | spoilt(),
    feeds,
    headers | written(ORDERS[0]).map(lambda good: good.headers),
)
@example(b'"' + b"\\ud800" * 100 + b'"', "orders", [])
@example(b"[" * 60_000, "customers", [])
@example(b'{"data":' + b"[" * 60_000, "customers", [("content-type", b"application/cloudevents+json")])
def test_no_record_raises(value: bytes, feed: Feed, headers: Sequence[tuple[str, bytes]]) -> None:
    found = decode(Rec(value, headers=headers), feed)
    assert isinstance(found, (Rejected, *FACT_TYPES))


@given(told, headers, st.data())
def test_no_headers_before_a_good_record_raise(
    of: tuple[Feed, Event], more: list[tuple[str, bytes | None]], draw: st.DataObject
) -> None:
    good = draw.draw(written(of[1]))
    found = decode(rec((good.value or b"", list(good.headers)), *more), of[0])
    assert isinstance(found, (Rejected, *FACT_TYPES))


@given(told, st.data())
def test_no_value_in_any_field_raises(of: tuple[Feed, Event], draw: st.DataObject) -> None:
    feed, event = of
    field = draw.draw(st.sampled_from([*event, "base_total", "base_amount", "rating", "timezone"]))
    value = draw.draw(json_values)
    assert isinstance(decode(Rec(_dumps({**event, field: value})), feed), (Rejected, *FACT_TYPES))
    for name in (ATTRIBUTES.get(field, "data"), "specversion", "datacontenttype", "data_base64"):
        members = json.loads(structured(event)[0]) | {name: value}
        found = decode(rec((_dumps(members), structured(event)[1])), feed)
        assert isinstance(found, (Rejected, *FACT_TYPES))


@given(told, st.data())
def test_a_rejection_never_holds_the_offending_value(of: tuple[Feed, Event], draw: st.DataObject) -> None:
    feed, event = of
    field = draw.draw(st.sampled_from(list(event)))
    secret = draw.draw(
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
    _never_quoted(decode(Rec(_dumps({**event, field: secret})), feed), field)
    if isinstance(secret, str) or field not in ATTRIBUTES:
        for write in (binary, structured):
            _never_quoted(decode(rec(write({**event, field: secret})), feed), field)
    saying_twice = rec(structured(event, data={**data(event), field: secret}))
    _never_quoted(decode(saying_twice, feed), field)


@given(
    told,
    st.sampled_from(["content-type", "ce_specversion", "ce_source"]),
    st.sampled_from([b"", b"application/cloudevents+"]),
)
def test_a_rejection_never_holds_an_offending_header(of: tuple[Feed, Event], name: str, start: bytes) -> None:
    found = decode(rec(binary(of[1]), (name, start + OFFENDING.encode())), of[0])
    _never_quoted(found, name.removeprefix("ce_"))


def _never_quoted(found: object, field: str) -> None:
    if isinstance(found, Rejected):
        assert OFFENDING not in found.message
        assert OFFENDING not in found.path
    else:
        assert field in FREE, "only ids take any text"


def test_every_code_of_decoding_has_a_case() -> None:
    elsewhere = {"wrong_partition", "internal_error"}  # told by the partition's work, not by the decoder
    told_here = {code for cases in (REJECTED, BINARY, CUSTOMERS) for _, code, _ in cases.values()}
    assert told_here == set(get_args(RejectionCode)) - elsewhere


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
