"""The demo shop's events in, the known facts about UCI Online Retail out.

Figures were computed from the source with Arrow aggregations, without the code under test.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

import orjson
import pytest

from app.demo import compact, shop
from app.demo.compact import Line

SOURCE_SUM_IN_TENTHS_OF_PENCE = 8_300_065_814
ORDER_SUM_IN_PENCE, REFUND_SUM_IN_PENCE = 891_140_790, 61_134_209
MONDAY = datetime(2011, 6, 6, 9, 30)  # noqa: DTZ001  # the source has wall clock

Fact = dict[str, Any]


@pytest.fixture(scope="module")
def year() -> list[shop.ShopEvent]:
    return list(shop.events())


@pytest.fixture(scope="module")
def facts(year: list[shop.ShopEvent]) -> list[Fact]:
    return [orjson.loads(event.payload) for event in year]


def of_type(facts: list[Fact], kind: str) -> list[Fact]:
    return [fact for fact in facts if fact["type"] == kind]


def amounts(fact: Fact) -> Iterator[Fact]:
    yield fact["total"] if "total" in fact else fact["amount"]
    yield from (line["unit_price"] for line in fact.get("lines", []))


def story(facts: list[Fact], customer: str) -> list[tuple[str, str, int]]:
    return [
        (fact["event_id"], fact["occurred_at"], next(amounts(fact))["amount_minor"])
        for fact in facts
        if fact["customer_id"] == customer
    ]


def test_holds_every_order_refund_and_customer(facts: list[Fact]) -> None:
    orders, refunds = of_type(facts, "order_placed"), of_type(facts, "order_refunded")
    assert (len(orders), len(refunds), len(facts)) == (18_536, 3_654, 22_190)
    assert len({fact["customer_id"] for fact in facts}) == 4_372
    assert sum(len(order["lines"]) for order in orders) == 397_924  # exact duplicate lines among them


def test_33_customers_have_only_cancellations(facts: list[Fact]) -> None:
    buyers = {order["customer_id"] for order in of_type(facts, "order_placed")}
    assert len({refund["customer_id"] for refund in of_type(facts, "order_refunded")} - buyers) == 33


def test_runs_from_the_first_instant_to_the_last(facts: list[Fact]) -> None:
    assert (facts[0]["event_id"], facts[0]["occurred_at"]) == ("o-536365", "2010-12-01T08:26:00Z")
    assert (facts[-1]["event_id"], facts[-1]["occurred_at"]) == ("o-581587", "2011-12-09T12:50:00Z")


def test_is_in_strict_order_of_time_and_invoice(year: list[shop.ShopEvent], facts: list[Fact]) -> None:
    keys = [(event.occurred_at, fact["event_id"][2:]) for event, fact in zip(year, facts, strict=True)]
    assert all(before < after for before, after in pairwise(keys))


def test_event_ids_are_unique(facts: list[Fact]) -> None:
    assert len({fact["event_id"] for fact in facts}) == len(facts)


@pytest.mark.parametrize(
    ("event_id", "instant"),
    [
        ("o-536591", "2010-12-01T16:57:00Z"),  # and 16:58
        ("o-562128", "2011-08-03T08:06:00Z"),  # 09:06 and 09:07 in British summer time
        ("r-C545569", "2011-03-03T16:25:00Z"),  # and 16:26
    ],
)
def test_invoice_with_two_timestamps_is_one_event_at_the_earlier(
    facts: list[Fact], event_id: str, instant: str
) -> None:
    assert [fact["occurred_at"] for fact in facts if fact["event_id"] == event_id] == [instant]


def test_12346_returns_everything_16_minutes_later(facts: list[Fact]) -> None:
    assert story(facts, "12346") == [
        ("o-541431", "2011-01-18T10:01:00Z", 7_718_360),
        ("r-C541433", "2011-01-18T10:17:00Z", 7_718_360),
    ]


def test_16446_returns_the_large_order_12_minutes_later(facts: list[Fact]) -> None:
    small, *large = story(facts, "16446")
    assert small == ("o-553573", "2011-05-18T08:52:00Z", 290)
    assert large == [
        ("o-581483", "2011-12-09T09:15:00Z", 16_846_960),
        ("r-C581484", "2011-12-09T09:27:00Z", 16_846_960),
    ]


def test_money_equals_the_source_up_to_rounding(facts: list[Fact]) -> None:
    ordered = sum(order["total"]["amount_minor"] for order in of_type(facts, "order_placed"))
    refunded = sum(refund["amount"]["amount_minor"] for refund in of_type(facts, "order_refunded"))
    assert (ordered, refunded) == (ORDER_SUM_IN_PENCE, REFUND_SUM_IN_PENCE)
    assert abs(10 * (ordered - refunded) - SOURCE_SUM_IN_TENTHS_OF_PENCE) == 4  # four lines cost 0.001


def test_four_orders_of_total_zero_are_kept_and_no_refund_is_zero(facts: list[Fact]) -> None:
    free = {order["order_id"] for order in of_type(facts, "order_placed") if order["total"]["amount_minor"] == 0}
    assert free == {"543599", "564651", "568384", "578841"}
    assert all(refund["amount"]["amount_minor"] > 0 for refund in of_type(facts, "order_refunded"))


def test_every_payload_has_the_fields_of_the_contract(year: list[shop.ShopEvent], facts: list[Fact]) -> None:
    common = ["type", "event_id", "customer_id", "occurred_at", "order_id"]
    own = {"order_placed": ["total", "lines"], "order_refunded": ["refund_id", "amount"]}
    for event, fact in zip(year, facts, strict=True):
        assert list(fact) == common + own[fact["type"]]
        assert event.customer_id == fact["customer_id"]
        assert event.occurred_at == datetime.fromisoformat(fact["occurred_at"]).timestamp() * 1000
        assert fact["occurred_at"].endswith(":00Z")
        for amount in amounts(fact):
            assert list(amount) == ["amount_minor", "currency"]
            assert amount["currency"] == "GBP"
            assert isinstance(amount["amount_minor"], int)
            assert amount["amount_minor"] >= 0


def test_orders_name_themselves_and_refunds_name_no_order(facts: list[Fact]) -> None:
    for order in of_type(facts, "order_placed"):
        assert order["event_id"] == f"o-{order['order_id']}"
        for line in order["lines"]:
            assert list(line) == ["sku", "quantity", "unit_price", "category"]
            assert line["sku"]
            assert line["quantity"] > 0
            assert line["category"] is None
    for refund in of_type(facts, "order_refunded"):
        assert refund["order_id"] is None
        assert refund["event_id"] == f"r-{refund['refund_id']}"


def test_no_payload_exceeds_what_a_record_may_hold(year: list[shop.ShopEvent]) -> None:
    assert max(len(event.payload) for event in year) == 52_309 < 64 * 1024


def test_compacting_drops_the_unknown_customer_and_the_empty_cancellation() -> None:
    lines = [Line("1", "a", 1, MONDAY, 1.0, None), Line("C2", "a", -1, MONDAY, 0.0, 7)]
    assert compact.rows(lines) == []


def test_compacting_rounds_a_total_once_and_prices_by_themselves() -> None:
    lines = [Line("1", "a", 5, MONDAY, 0.005, 7), Line("1", "b", 2, MONDAY, 0.015, 7)]
    [[*_, total, priced]] = compact.rows(lines)
    assert (total, priced) == (6, [["a", 5, 0], ["b", 2, 2]])  # 5.5 pence half-even; 0.5 -> 0, 1.5 -> 2


def test_compacting_takes_london_wall_clock_and_the_earlier_timestamp() -> None:
    later = MONDAY.replace(minute=31)
    [[_, _, seconds, _, _]] = compact.rows([Line("1", "a", 1, later, 1.0, 7), Line("1", "a", 1, MONDAY, 1.0, 7)])
    assert seconds == datetime.fromisoformat("2011-06-06T08:30:00+00:00").timestamp()


@pytest.mark.parametrize(
    "lines",
    [
        [Line("1", "a", 1, MONDAY, 1.0, 7), Line("1", "a", 1, MONDAY, 1.0, 8)],
        [Line("1", "a", 0, MONDAY, 1.0, 7)],
        [Line("1", "a", 1, MONDAY, -1.0, 7)],
        [Line("C1", "a", 1, MONDAY, 1.0, 7)],
    ],
)
def test_compacting_refuses_what_the_source_does_not_hold(lines: list[Line]) -> None:
    with pytest.raises(ValueError, match=r"invoice C?1 has"):
        compact.rows(lines)


def test_same_invoices_give_the_same_bytes_whatever_their_order() -> None:
    lines = [Line("2", "a", 1, MONDAY, 2.55, 7), Line("1", "b", 3, MONDAY, 1.0, 8)]
    assert compact.packed(compact.rows(lines)) == compact.packed(compact.rows(reversed(lines)))
