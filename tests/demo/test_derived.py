"""Orders in; what the demo makes up out: the same every time, after its order, and facts of the contract."""

from collections import Counter
from itertools import pairwise
from typing import NamedTuple

import msgspec
import orjson
import pytest

from app.demo import shop
from app.demo.derived import LAST_DAY, engagement, profiles, with_derived
from schemas.decoding import decode
from schemas.facts import Engaged, ProfileChanged


class Wire(NamedTuple):
    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class Named(msgspec.Struct):
    event_id: str


@pytest.fixture(scope="module")
def year() -> list[shop.ShopEvent]:
    return list(shop.events())


@pytest.fixture(scope="module")
def deeds(year: list[shop.ShopEvent]) -> list[shop.ShopEvent]:
    return engagement(year)


@pytest.fixture(scope="module")
def left(year: list[shop.ShopEvent]) -> list[shop.ShopEvent]:
    return profiles(year)


def decoded(event: shop.ShopEvent) -> object:
    key = event.customer_id.encode()
    return decode(Wire(event.feed, 0, 0, event.occurred_at, key, event.payload, []), event.feed)


def test_every_derived_event_is_a_fact(deeds: list[shop.ShopEvent], left: list[shop.ShopEvent]) -> None:
    assert {type(decoded(event)) for event in deeds} == {Engaged}
    assert {type(decoded(event)) for event in left} == {ProfileChanged}


def test_there_is_about_as_much_engagement_as_orders(deeds: list[shop.ShopEvent]) -> None:
    kinds = Counter(orjson.loads(event.payload)["kind"] for event in deeds)
    assert set(kinds) == {"email_opened", "link_clicked", "site_visited", "review_posted"}
    assert 15_000 < kinds.total() < 25_000


def test_only_reviews_are_rated(deeds: list[shop.ShopEvent]) -> None:
    ratings = {
        (fact["kind"] == "review_posted", fact.get("rating")) for fact in (orjson.loads(d.payload) for d in deeds)
    }
    assert ratings == {(False, None), *((True, rating) for rating in range(1, 6))}


def test_some_customers_have_a_profile_and_they_differ(left: list[shop.ShopEvent]) -> None:
    assert 0.03 * 4_372 < len(left) < 0.07 * 4_372
    assert len({event.customer_id for event in left}) == len(left)
    facts = [orjson.loads(event.payload) for event in left]
    assert {fact["preferred_channel"] for fact in facts} == {"email", "push"}
    assert {tuple(fact["consents"].values()) for fact in facts} == {
        (a, b) for a in (True, False) for b in (True, False)
    }


def test_nothing_is_derived_before_the_first_order_or_on_the_last_day(
    year: list[shop.ShopEvent], deeds: list[shop.ShopEvent], left: list[shop.ShopEvent]
) -> None:
    first: dict[str, int] = {}
    for event in year:
        if b'"order_placed"' in event.payload[:40]:
            first.setdefault(event.customer_id, event.occurred_at)
    assert all(first[event.customer_id] < event.occurred_at < LAST_DAY for event in [*deeds, *left])


def test_one_order_always_gives_the_same_whatever_stands_around_it(
    year: list[shop.ShopEvent], deeds: list[shop.ShopEvent]
) -> None:
    some = engagement(year[1_000:1_100])
    assert some
    assert set(some) <= set(deeds)
    assert engagement(reversed(year[1_000:1_100])) == some


def test_all_inputs_are_merged_by_time_and_every_id_is_there_once(year: list[shop.ShopEvent]) -> None:
    merged = list(with_derived(year))
    assert [event for event in merged if event.feed == "orders"] == year
    assert all(before.occurred_at <= after.occurred_at for before, after in pairwise(merged))
    ids = {msgspec.json.decode(event.payload, type=Named).event_id for event in merged}
    assert len(ids) == len(merged)
