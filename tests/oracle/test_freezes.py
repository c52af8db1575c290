"""Customers of a few orders in, the cut points frozen from them out: numbers written by hand."""

from dataclasses import replace
from fractions import Fraction

import pytest

from .cut_points import CutPoints
from .events import cancellation, engaged, erasure, order, refund
from .freezes import freezes, order_statistics
from .orders import Event
from .policy import Policy
from .scales import DAY_MS, Quantiles, cuts
from .seed import SEED

THIRDS = Quantiles((Fraction(1, 3), Fraction(2, 3)))
POLICY = Policy(
    id="frozen",
    version=1,
    currency="GBP",
    otherwise="all",
    within_ms=(5, 9),
    frequency=cuts(1, 2),
    monetary_minor=cuts(10, 20),
    monetary_quantiles=THIRDS,
    refresh_ms=10,
    apply_after_ms=3,
    min_customers=1,
)


def spent(at: int, **minors: int) -> list[Event]:
    return [order(f"{name}-{at}", at, minor, customer_id=name) for name, minor in minors.items()]


def monetary(found: list[CutPoints]) -> list[tuple[int, object]]:
    return [(one["frozen_at"], one["monetary"]) for one in found]


FIVE = spent(1_001, ann=10, bob=20, cyd=20, dan=40, eve=100)


def test_a_freeze_takes_the_smallest_value_that_its_share_does_not_exceed() -> None:
    assert freezes(FIVE, POLICY, 1_010) == [
        {
            "version": 1,
            "frozen_at": 1_010,
            "effective_at": 1_013,
            "recency": None,
            "frequency": None,
            "monetary": [20, 40],  # of five, the second and the fourth
        }
    ]


def test_all_measures_that_have_quantiles_are_frozen() -> None:
    policy = replace(POLICY, recency_quantiles=THIRDS, frequency_quantiles=THIRDS)
    events = [*spent(1_002, ann=10), *spent(1_005, ann=5, bob=7), *spent(1_009, cyd=1)]
    (found,) = freezes(events, policy, 1_019)
    assert (found["recency"], found["frequency"], found["monetary"]) == ([1, 5], [1, 1], [1, 7])


@pytest.mark.parametrize(
    ("share", "nearest_rank", "linear"),
    [
        (Fraction(1, 100), 10, 10),  # 10 + 0.04 * 10
        (Fraction(1, 5), 10, 18),  # exactly one of five; 10 + 0.8 * 10
        (Fraction(21, 100), 20, 18),  # 10 + 0.84 * 10
        (Fraction(33, 100), 20, 20),
        (Fraction(3, 5), 20, 28),  # 20 + 0.4 * 20
        (Fraction(67, 100), 40, 33),  # 20 + 0.68 * 20 = 33.6
        (Fraction(4, 5), 40, 52),  # 40 + 0.2 * 60
        (Fraction(99, 100), 100, 97),  # 40 + 0.96 * 60 = 97.6
        (Fraction(1), 100, 100),
    ],
)
def test_shares_of_five_customers(share: Fraction, nearest_rank: int, linear: int) -> None:
    values = [40, 10, 100, 20, 20]
    assert order_statistics(values, Quantiles((share,))) == [nearest_rank]
    assert order_statistics(values, Quantiles((share,), "linear")) == [linear]


def test_shares_are_exact() -> None:
    assert order_statistics(range(1, 101), Quantiles((Fraction(7, 100),))) == [7]  # 0.07 * 100 is more than 7 in floats
    assert order_statistics([1, 2, 3], Quantiles((Fraction(1, 3), Fraction(2, 3)))) == [1, 2]
    assert order_statistics([8], Quantiles((Fraction(1, 9), Fraction(1)), "linear")) == [8, 8]
    assert order_statistics([0, 2**62 + 1], Quantiles((Fraction(1, 2),), "linear")) == [2**61]


def test_freezes_fall_on_multiples_of_the_refresh_from_the_first_fact_on() -> None:
    assert [one["frozen_at"] for one in freezes(spent(1_001, ann=5), POLICY, 1_029)] == [1_010, 1_020]
    assert [one["frozen_at"] for one in freezes(spent(1_010, ann=5), POLICY, 1_030)] == [1_010, 1_020, 1_030]
    assert freezes(spent(1_011, ann=5), POLICY, 1_019) == []
    assert [one["version"] for one in freezes(spent(1_001, ann=5), POLICY, 1_039)] == [1, 2, 3]


def test_what_occurs_at_the_instant_of_a_freeze_counts_at_it() -> None:
    later = [*FIVE, *spent(1_010, ann=25), *spent(1_011, bob=900)]
    assert monetary(freezes(later, POLICY, 1_020)) == [(1_010, [20, 40]), (1_020, [35, 100])]
    assert monetary(freezes(list(reversed(later)), POLICY, 1_020)) == [(1_010, [20, 40]), (1_020, [35, 100])]


def test_too_few_customers_make_no_version() -> None:
    events = [*spent(1_001, ann=10, bob=20), *spent(1_015, cyd=30)]
    (found,) = freezes(events, replace(POLICY, min_customers=3), 1_020)
    assert (found["version"], found["frozen_at"], found["monetary"]) == (1, 1_020, [10, 20])
    assert freezes([engaged("e", 1_001), refund("r", None, 1_001, 5)], replace(POLICY, min_customers=0), 1_050) == []


def test_only_who_has_an_order_inside_the_window_is_counted() -> None:
    events = [*FIVE, *spent(1_008, ann=1), cancellation("dan-1001", 1_012, customer_id="dan")]
    found = freezes(events, replace(POLICY, window_ms=12), 1_020)
    assert monetary(found) == [(1_010, [20, 40]), (1_020, [1, 1])]  # at 1020 all of 1001 has left
    kept = freezes(events, POLICY, 1_020)
    assert monetary(kept)[1] == (1_020, [20, 20])  # 11 20 20 100


def test_a_debt_is_frozen_as_nothing() -> None:
    events = [*spent(1_001, ann=10, bob=20), refund("r", None, 1_002, 50, customer_id="ann")]
    assert monetary(freezes(events, POLICY, 1_010)) == [(1_010, [0, 20])]


def test_an_erased_customer_is_counted_until_then_and_again_in_a_new_life() -> None:
    gone = erasure("x", 1_015, customer_id="eve")
    assert monetary(freezes([*FIVE, gone], POLICY, 1_020)) == [(1_010, [20, 40]), (1_020, [20, 20])]
    again = [*FIVE, gone, *spent(1_016, eve=20)]
    assert monetary(freezes(again, POLICY, 1_020))[1] == (1_020, [20, 20])
    at_once = erasure("x", 1_010, customer_id="eve")
    assert monetary(freezes([*FIVE, at_once], POLICY, 1_010)) == [(1_010, [20, 20])]


def test_ages_are_floored_where_the_score_floors_them() -> None:
    daily = replace(POLICY, recency_quantiles=Quantiles((Fraction(1, 2), Fraction(1))), refresh_ms=DAY_MS)
    events = [*spent(10 * DAY_MS + 5, ann=1), *spent(12 * DAY_MS - 1, bob=1)]
    assert [one["recency"] for one in freezes(events, daily, 12 * DAY_MS)] == [
        [86_399_995, 86_399_995],
        [1, 172_799_995],
    ]
    floored = freezes(events, replace(daily, whole_days=True), 12 * DAY_MS)
    assert [one["recency"] for one in floored] == [[0, 0], [0, 86_400_000]]


def test_the_seed_freezes_daily_with_a_hundred_customers() -> None:
    many = [order("1", 5, minor, customer_id=f"c{minor}") for minor in range(1, 101)]
    (found,) = freezes(many, SEED, DAY_MS)
    assert found == {
        "version": 1,
        "frozen_at": 86_400_000,
        "effective_at": 87_000_000,
        "recency": None,
        "frequency": [1, 1],
        "monetary": [33, 67],
    }
    assert freezes(many[1:], SEED, DAY_MS) == []
    assert freezes(many, replace(SEED, frequency_quantiles=None, monetary_quantiles=None), DAY_MS) == []
