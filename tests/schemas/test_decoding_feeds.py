"""Engagement, profiles and erasures in: what is a fact, and what is wrong with what is none."""

from datetime import UTC, datetime
from typing import Any, get_args

import orjson
import pytest

from schemas.decoding import decode
from schemas.facts import CustomerErased, Engaged, ProfileChanged
from schemas.instants import EARLIEST
from schemas.rejections import Rejected
from schemas.topics import Feed
from tests.builders import DAY, T0, Rec
from tests.oracle.events import delivered, failed, order
from tests.schemas.envelopes import ENGAGED, ERASED, PROFILE, Event

Wrong = dict[str, tuple[Event, str, str]]
MANY = [f"list-{n}" for n in range(101)]
ENGAGEMENT: Wrong = {
    "an order": (order("1", T0, 1), "unknown_type", "$.type"),
    "a profile": (PROFILE, "unknown_type", "$.type"),
    "an empty type": (ENGAGED | {"type": ""}, "unknown_type", "$.type"),
    "kind in capitals": (ENGAGED | {"kind": "Email"}, "invalid_value", "$.kind"),
    "kind with a line end": (ENGAGED | {"kind": "email\n"}, "invalid_value", "$.kind"),
    "empty kind": (ENGAGED | {"kind": ""}, "invalid_value", "$.kind"),
    "long kind": (ENGAGED | {"kind": "k" * 65}, "invalid_value", "$.kind"),
    "kind null": (ENGAGED | {"kind": None}, "wrong_type", "$.kind"),
    "negative rating": (ENGAGED | {"rating": -1}, "invalid_value", "$.rating"),
    "rating over 100": (ENGAGED | {"rating": 101}, "invalid_value", "$.rating"),
    "rating of half a star": (ENGAGED | {"rating": 4.5}, "wrong_type", "$.rating"),
    "answer of number": (ENGAGED | {"answer": 5}, "wrong_type", "$.answer"),
    "empty referred id": (ENGAGED | {"referred_id": ""}, "invalid_id", "$.referred_id"),
    "long reward id": (ENGAGED | {"reward_id": "r" * 129}, "invalid_id", "$.reward_id"),
    "control in channel": (ENGAGED | {"channel": "e\0"}, "invalid_id", "$.channel"),
    "control in event id": (ENGAGED | {"event_id": "e\n"}, "invalid_id", "$.event_id"),
    "another customer": (ENGAGED | {"customer_id": "bob"}, "key_mismatch", "$.customer_id"),
    "before 1990": (ENGAGED | {"occurred_at": EARLIEST - 1}, "before_1990", "$.occurred_at"),
    "naive": (ENGAGED | {"occurred_at": "2010-12-01T08:26:00"}, "naive_time", "$.occurred_at"),
}
CUSTOMERS: Wrong = {
    "an order": (order("1", T0, 1), "unknown_type", "$.type"),
    "engagement": (ENGAGED, "unknown_type", "$.type"),
    "30 February": (PROFILE | {"birthday": "1981-02-30"}, "invalid_value", "$.birthday"),
    "29 February of no leap year": (PROFILE | {"birthday": "1981-02-29"}, "invalid_value", "$.birthday"),
    "year 0": (PROFILE | {"birthday": "0000-01-01"}, "invalid_value", "$.birthday"),
    "birthday of words": (PROFILE | {"birthday": "1 May 1980"}, "invalid_value", "$.birthday"),
    "birthday with a time": (PROFILE | {"birthday": "1980-01-01T00:00:00Z"}, "invalid_value", "$.birthday"),
    "birthday before 1900": (PROFILE | {"birthday": "1899-12-31"}, "invalid_value", "$.birthday"),
    "birthday tomorrow": (PROFILE | {"birthday": "2010-12-02"}, "invalid_value", "$.birthday"),
    "birthday of number": (PROFILE | {"birthday": 1980}, "wrong_type", "$.birthday"),
    "country in words": (PROFILE | {"country": "Britain"}, "invalid_value", "$.country"),
    "country in small letters": (PROFILE | {"country": "gb"}, "invalid_value", "$.country"),
    "country with a line end": (PROFILE | {"country": "GB\n"}, "invalid_value", "$.country"),
    "unknown zone": (PROFILE | {"timezone": "Europe/Atlantis"}, "invalid_value", "$.timezone"),
    "zone that is a folder": (PROFILE | {"timezone": "Europe"}, "invalid_value", "$.timezone"),
    "zone out of the folder": (PROFILE | {"timezone": "../../etc/passwd"}, "invalid_value", "$.timezone"),
    "absolute zone": (PROFILE | {"timezone": "/etc/localtime"}, "invalid_value", "$.timezone"),
    "zone of this machine": (PROFILE | {"timezone": "localtime"}, "invalid_value", "$.timezone"),
    "zone with nul": (PROFILE | {"timezone": "Europe/London\0"}, "invalid_value", "$.timezone"),
    "long zone": (PROFILE | {"timezone": "z" * 10_000}, "invalid_value", "$.timezone"),
    "empty zone": (PROFILE | {"timezone": ""}, "invalid_value", "$.timezone"),
    "101 consents": (PROFILE | {"consents": dict.fromkeys(MANY, True)}, "invalid_value", "$.consents"),
    "101 lists": (PROFILE | {"lists": MANY}, "invalid_value", "$.lists"),
    "101 interests": (PROFILE | {"interests": MANY}, "invalid_value", "$.interests"),
    "consent of text": (PROFILE | {"consents": {"email": "yes"}}, "wrong_type", "$.consents[...]"),
    "consents null": (PROFILE | {"consents": None}, "wrong_type", "$.consents"),
    "list of number": (PROFILE | {"lists": ["a", 5]}, "wrong_type", "$.lists[1]"),
    "empty consent": (PROFILE | {"consents": {"": True}}, "invalid_id", "$.consents[...]"),
    "long list": (PROFILE | {"lists": ["a", "é" * 65]}, "invalid_id", "$.lists[1]"),
    "control in an interest": (PROFILE | {"interests": ["\x85"]}, "invalid_id", "$.interests[0]"),
    "empty channel": (PROFILE | {"preferred_channel": ""}, "invalid_id", "$.preferred_channel"),
    "erasure without customer": (
        {name: value for name, value in ERASED.items() if name != "customer_id"}, "missing_field", "$.customer_id",
    ),
    "erasure of another": (ERASED | {"customer_id": "bob"}, "key_mismatch", "$.customer_id"),
    "erasure ahead": (ERASED | {"occurred_at": T0 + DAY}, "too_far_ahead", "$.occurred_at"),
}  # fmt: skip
FAILED = failed("f-1", T0, "m-1")
RECEIPTS: Wrong = {
    "engagement": (ENGAGED, "unknown_type", "$.type"),
    "an opening": ({**FAILED, "type": "message.opened"}, "unknown_type", "$.type"),
    "what a mail server said": ({**FAILED, "reason": "550 <ann@example.com> is full"}, "invalid_value", "$.reason"),
    "no reason": ({name: FAILED[name] for name in FAILED if name != "reason"}, "missing_field", "$.reason"),
    "permanent of text": ({**FAILED, "permanent": "yes"}, "wrong_type", "$.permanent"),
    "empty message id": ({**FAILED, "message_id": ""}, "invalid_id", "$.message_id"),
    "control in message id": (delivered("d-1", T0, "m\n"), "invalid_id", "$.message_id"),
    "another customer": ({**FAILED, "customer_id": "bob"}, "key_mismatch", "$.customer_id"),
}


def reject(event: Event, feed: Feed) -> tuple[str, str]:
    found = decode(Rec(orjson.dumps(event)), feed)
    assert isinstance(found, Rejected), found
    assert found.message
    return found.code, found.path


@pytest.mark.parametrize(("event", "code", "path"), ENGAGEMENT.values(), ids=ENGAGEMENT)
def test_wrong_engagement_is_rejected_with_its_code_and_path(event: Event, code: str, path: str) -> None:
    assert reject(event, "engagement") == (code, path)


@pytest.mark.parametrize(("event", "code", "path"), CUSTOMERS.values(), ids=CUSTOMERS)
def test_a_wrong_profile_or_erasure_is_rejected_with_its_code_and_path(event: Event, code: str, path: str) -> None:
    assert reject(event, "customers") == (code, path)


@pytest.mark.parametrize(("event", "code", "path"), RECEIPTS.values(), ids=RECEIPTS)
def test_a_wrong_receipt_is_rejected_with_its_code_and_path(event: Event, code: str, path: str) -> None:
    assert reject(event, "receipts") == (code, path)


@pytest.mark.parametrize("feed", get_args(Feed))
def test_every_topic_wants_a_type(feed: Feed) -> None:
    for event in (order("1", T0, 1), ENGAGED, PROFILE, ERASED):
        untyped = {name: value for name, value in event.items() if name != "type"}
        assert reject(untyped, feed) == ("missing_field", "$.type")


@pytest.mark.parametrize("event", [ENGAGED, PROFILE, ERASED], ids=lambda event: event["type"])
def test_orders_alone_belong_to_the_orders_topic(event: Event) -> None:
    assert reject(event, "orders") == ("unknown_type", "$.type")


def test_engagement_is_read_with_all_its_fields() -> None:
    told = ENGAGED | {"answer": "any text\n", "referred_id": "bob", "reward_id": "r-1", "context": {"never": "read"}}
    expected = Engaged("e-9", "ann", T0, "review_posted", 5, "any text\n", "bob", "r-1", "email")  # type: ignore[arg-type]  # an Instant is an int
    assert decode(Rec(orjson.dumps(told)), "engagement") == expected


def test_profiles_and_erasures_are_read_with_all_their_fields() -> None:
    at: Any = T0
    consents = {"email": True, "sms": False}
    profile = ProfileChanged(
        "p-1", "ann", at, "1980-02-29", "GB", "Europe/London", consents, "email", ["vip"], ["tea"]
    )  # fmt: skip
    assert decode(Rec(orjson.dumps(PROFILE)), "customers") == profile
    assert decode(Rec(orjson.dumps(ERASED)), "customers") == CustomerErased("x-1", "ann", at)


@pytest.mark.parametrize(
    "fields",
    [
        {"birthday": "1900-01-01"},
        {"birthday": "2010-12-01"},
        {"birthday": None, "country": None, "timezone": None, "preferred_channel": None},
        {"timezone": "America/Argentina/ComodRivadavia"},
        {"timezone": "UTC"},
        {"consents": dict.fromkeys(MANY[:100], False)},
        {"lists": MANY[:100], "interests": ["é" * 64] * 100},
        {"lists": []},
    ],
    ids=["1900", "today", "unknown", "three parts", "UTC", "100 consents", "100 lists", "no list"],
)
def test_a_profile_that_stands_exactly_on_a_bound_is_a_fact(fields: dict[str, object]) -> None:
    assert isinstance(decode(Rec(orjson.dumps(PROFILE | fields)), "customers"), ProfileChanged)


def test_a_birthday_is_compared_with_the_day_in_utc() -> None:
    evening = datetime(2010, 12, 1, 23, 59, tzinfo=UTC)
    told = PROFILE | {"occurred_at": "2010-12-02T00:59:00+01:00", "birthday": "2010-12-02"}
    found = decode(Rec(orjson.dumps(told), timestamp=int(evening.timestamp() * 1000)), "customers")
    assert isinstance(found, Rejected)
    assert (found.code, found.path) == ("invalid_value", "$.birthday")


@pytest.mark.parametrize("rating", [0, 100, None])
def test_a_rating_that_stands_exactly_on_a_bound_is_a_fact(rating: int | None) -> None:
    assert isinstance(decode(Rec(orjson.dumps(ENGAGED | {"rating": rating})), "engagement"), Engaged)
