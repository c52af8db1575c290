"""Bare JSON in: the schemas of the inputs and the decoder say the same of it."""

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from schemas.decoding import decode
from schemas.facts import FACT_TYPES, Fact
from schemas.instants import LATEST
from schemas.rejections import Rejected
from tests.builders import Rec
from tests.contracts.contract import FEEDS, INPUTS, examples, schema, validator
from tests.contracts.spoiling import spoilt

INPUT_EXAMPLES = [(name, message) for name, message in examples() if name in INPUTS]


def read(name: str, message: Mapping[str, Any]) -> Fact | Rejected:
    """Decode a message as a record of its topic that is sent late enough for any of its times."""
    customer = message.get("customer_id")
    key = customer.encode("utf-8", "replace") if isinstance(customer, str) else b"ann"
    return decode(Rec(orjson.dumps(message), key, LATEST), FEEDS[name])


@pytest.mark.parametrize(("name", "message"), INPUT_EXAMPLES)
def test_an_example_is_a_fact(name: str, message: Mapping[str, Any]) -> None:
    assert isinstance(read(name, message), INPUTS[name])


@pytest.mark.parametrize(("name", "message"), INPUT_EXAMPLES)
def test_members_that_nobody_knows_are_welcome(name: str, message: Mapping[str, Any]) -> None:
    more = {**message, "colour": {"red": 1}}
    validator(name).validate(more)
    assert read(name, more) == read(name, message)


@pytest.mark.parametrize(("name", "message"), INPUT_EXAMPLES)
def test_what_a_schema_refuses_the_decoder_rejects(name: str, message: Mapping[str, Any]) -> None:
    for other in spoilt(message):
        fact = read(name, other)
        if not isinstance(fact, Rejected):
            assert validator(FACT_TYPES[type(fact)]).is_valid(other), other


SAID: dict[str, tuple[str, dict[str, Any]]] = {
    "another type": ("order_placed", {"type": "order_lost"}),
    "a type that is no text": ("engaged", {"type": 1}),
    "an id of nothing": ("order_placed", {"event_id": ""}),
    "an id that is too long": ("order_cancelled", {"order_id": "a" * 129}),
    "a line break in an id": ("order_refunded", {"refund_id": "a\n"}),
    "a number for an id": ("customer_erased", {"customer_id": 17850}),
    "no total": ("order_placed", {"total": None}),
    "a negative amount": ("order_placed", {"total": {"amount_minor": -1, "currency": "GBP"}}),
    "an amount over 2^53 - 1": ("order_placed", {"base_total": {"amount_minor": 2**53, "currency": "GBP"}}),
    "half a penny": ("order_refunded", {"amount": {"amount_minor": 0.5, "currency": "GBP"}}),
    "a currency of nobody": ("order_refunded", {"base_amount": {"amount_minor": 1, "currency": "pound"}}),
    "a time without an offset": ("order_placed", {"occurred_at": "2010-12-01T08:26:00"}),
    "a date for a time": ("engaged", {"occurred_at": "2010-12-01"}),
    "a time before 1990": ("engaged", {"occurred_at": 631_151_999_999}),
    "a time after 9999": ("engaged", {"occurred_at": LATEST + 1}),
    "a kind in capitals": ("engaged", {"kind": "REVIEW"}),
    "a rating over 100": ("engaged", {"rating": 101}),
    "a rating in words": ("engaged", {"rating": "good"}),
    "a birthday without a year": ("profile_changed", {"birthday": "02-29"}),
    "a country by its name": ("profile_changed", {"country": "England"}),
    "a consent of maybe": ("profile_changed", {"consents": {"email": "maybe"}}),
    "a consent to nothing": ("profile_changed", {"consents": {"": True}}),
    "too many lists": ("profile_changed", {"lists": ["a"] * 101}),
    "lists that are none": ("profile_changed", {"lists": None}),
}


@pytest.mark.parametrize(("name", "change"), SAID.values(), ids=SAID)
def test_what_a_schema_can_say_of_a_bad_record_it_says(name: str, change: dict[str, Any]) -> None:
    message = schema(name)["examples"][0] | change
    assert isinstance(read(name, message), Rejected)
    assert not validator(name).is_valid(message)


@pytest.mark.parametrize(("name", "message"), INPUT_EXAMPLES)
def test_no_required_member_may_be_left_out(name: str, message: Mapping[str, Any]) -> None:
    for member in schema(name)["required"]:
        less = {key: value for key, value in message.items() if key != member}
        assert isinstance(read(name, less), Rejected), member
        assert not validator(name).is_valid(less), member
