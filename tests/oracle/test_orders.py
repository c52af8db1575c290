"""Records of every awkward kind in, what the oracle lets count out."""

from dataclasses import replace
from typing import Any

import pytest

from .events import cancellation, money, order, refund
from .orders import Event
from .policy import Policy
from .seed import SEED
from .timeline import State, timeline

T0 = 1_291_191_960_000  # 2010-12-01T08:26:00Z


def ann(*events: Event, policy: Policy = SEED) -> State:
    """Her state when all of `events` (of T0 to T0 + 9) have acted."""
    return timeline(events, policy, T0 + 9)["ann"].state


def euro(minor: int) -> dict[str, Any]:
    return {"amount": money(minor, "EUR")}


def test_a_named_refund_lowers_its_order_and_what_exceeds_it_is_ignored() -> None:
    facts = (order("1", T0, 5_000), order("2", T0, 9_000), refund("r1", "1", T0 + 1, 4_000))
    assert (ann(*facts).frequency, ann(*facts).monetary_minor) == (2, 10_000)
    exceeded = (*facts, refund("r2", "1", T0 + 2, 4_000))
    dropped, kept = ann(*exceeded), ann(*exceeded, policy=replace(SEED, refunded="keep"))
    assert (dropped.frequency, dropped.monetary_minor, dropped.known_orders) == (1, 9_000, 1)
    assert (kept.frequency, kept.monetary_minor, kept.known_orders) == (2, 9_000, 2)


def test_a_cancelled_order_leaves_with_its_refunds_and_a_free_refund_stays() -> None:
    facts = (order("1", T0, 500), order("2", T0, 900), refund("r1", "1", T0 + 1, 100))
    assert ann(*facts, cancellation("1", T0 + 2)).signed_sum_minor == 900
    assert ann(*facts, cancellation("1", T0 + 2), refund("r2", "1", T0 + 3, 100)).signed_sum_minor == 900
    assert ann(*facts, cancellation("1", T0 + 2), refund("r2", None, T0 + 3, 100)).signed_sum_minor == 800


def test_what_comes_before_its_order_acts_with_it() -> None:
    assert ann(refund("r", "1", T0, 40), order("1", T0 + 5, 100)).monetary_minor == 60
    assert ann(refund("r", "1", T0, 100), order("1", T0 + 5, 100)).segment is None
    assert ann(cancellation("1", T0), order("1", T0 + 5, 100)).segment is None


def test_what_names_an_order_that_never_comes_has_no_effect() -> None:
    lost = ann(cancellation("1", T0), refund("r", "1", T0, 4))
    assert (lost.segment, lost.signed_sum_minor) == (None, 0)
    assert ann(order("2", T0, 50), refund("r", "1", T0, 4)).signed_sum_minor == 50


def test_the_first_record_of_an_identity_is_the_fact() -> None:
    assert ann(order("1", T0 + 5, 100), order("1", T0, 900)).newest_order_at == T0 + 5
    assert ann(order("1", T0, 100), refund("r", None, T0, 30), refund("r", "1", T0, 99)).signed_sum_minor == 70
    never = cancellation("1", T0 + 10)
    assert ann(order("1", T0, 100), never, cancellation("1", T0 + 1)).segment == "recent"
    assert ann(order("1", T0, 100), cancellation("1", T0 + 1), never, order("1", T0, 1)).segment is None


def test_identities_are_scoped_to_the_customer() -> None:
    events = [order("1", T0, 100), order("1", T0, 200, customer_id="bob"), cancellation("1", T0, customer_id="cyd")]
    for as_of in (T0, {"ann": T0, "bob": T0, "cyd": T0}, lambda customer_id: T0):
        found = timeline(events, SEED, as_of)
        assert [found[name].state.monetary_minor for name in ("ann", "bob", "cyd")] == [100, 200, 0]


def test_a_foreign_order_counts_for_recency_and_frequency_only() -> None:
    beside = ann(order("1", T0, 999_999, "EUR"), order("2", T0, 301))
    assert (beside.frequency, beside.monetary_minor, beside.known_orders) == (2, 301, 1)
    assert beside.measures["average_order_minor"] == 301
    alone = ann(order("1", T0, 999_999, "EUR")).measures
    assert (alone["frequency"], alone["average_order_minor"], alone["monetary_minor"], alone["m"]) == (1, None, 0, 1)


@pytest.mark.parametrize(("refunded", "left"), [(0, 10), (1, 8), (2, 5), (3, 2)])  # 7.5 and 2.5 go to even
def test_refunds_of_a_base_total_are_a_share_of_it(refunded: int, left: int) -> None:
    placed = order("1", T0, 4, "EUR", base_total=money(10))
    assert ann(placed, refund("r", "1", T0, 0, **euro(refunded))).monetary_minor == left


def test_a_refund_in_another_currency_than_its_order_takes_only_its_id() -> None:
    wrong = refund("r", "1", T0, 1)
    placed = order("1", T0, 4, "EUR", base_total=money(10))
    assert ann(placed, wrong, refund("r", "1", T0, 0, **euro(4))).monetary_minor == 10


def test_a_free_refund_in_another_currency_needs_a_base_amount() -> None:
    assert ann(order("1", T0, 50), refund("r", None, T0, 0, **euro(1))).monetary_minor == 50
    assert ann(order("1", T0, 50), refund("r", None, T0, 0, **euro(1), base_amount=money(7))).monetary_minor == 43


def test_orders_of_nothing_count_only_where_the_policy_says_so() -> None:
    assert ann(order("1", T0, 0)).segment is None
    assert ann(order("1", T0, 0), policy=replace(SEED, zero_value="count")).segment == "recent"


@pytest.mark.parametrize("occurred_at", ["2010-12-01T09:26:00.0009+01:00", "2010-12-01t08:26:00z", T0])
def test_instants_are_truncated_to_milliseconds(occurred_at: int | str) -> None:
    assert ann(order("1", occurred_at, 1)).newest_order_at == T0
