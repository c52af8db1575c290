"""A compiled policy: the numbers of the seed pack, and scores exactly at their bounds."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.limits import Limit
from schemas.policy import Dwell, Refresh
from schemas.policy_file import PolicyError, load_policy
from schemas.reward_occasions import OnEngaged, OnFirstOrder, OnTransition
from schemas.reward_rules import Message, RewardRule
from schemas.rewards import Gift, Points
from schemas.scales import Quantiles, RecencyScale, Scale, Thresholds
from tests.builders import DAY, SEED


def test_the_seed_pack_ranks_its_segments_as_they_stand() -> None:
    ranks = {segment.id: (segment.rank, segment.label) for segment in SEED.segments}
    assert ranks == {
        "champions": (1, "Champions"),
        "loyal": (2, "Loyal"),
        "recent": (3, "Recent"),
        "needs_attention": (4, "Needs attention"),
        "at_risk": (5, "At risk"),
        "inactive": (6, "Inactive"),
    }
    assert SEED.segment("loyal").rank == 2


def test_the_seed_pack_has_the_numbers_of_the_contract() -> None:
    assert (SEED.id, SEED.version, SEED.currency) == ("seed", 1, "GBP")
    assert SEED.recency == RecencyScale((90 * DAY, 150 * DAY))
    thirds = Quantiles((Fraction(33, 100), Fraction(67, 100)))
    assert SEED.frequency == Scale(Thresholds((1, 2), at_least=False), thirds)
    assert SEED.monetary == Scale(Thresholds((10_000, 50_000), at_least=False), thirds)
    assert (SEED.zero_value_counts, SEED.refunded_drops, SEED.grace_ms) == (False, True, 200)
    assert (SEED.window_ms, SEED.no_orders, SEED.horizon_ms, SEED.brink_ms) == (None, None, 90 * DAY, ())
    assert (SEED.dwell, SEED.refresh, SEED.silent_until) == (Dwell(), Refresh(DAY, 600_000, 100, silent=False), None)


def test_the_seed_pack_gives_points_for_a_first_order_and_for_reviews_and_champions_a_gift() -> None:
    assert SEED.rewards == (
        RewardRule(id="welcome", on=OnFirstOrder(), give=Points(100)),
        RewardRule(
            id="review-points",
            on=OnEngaged(kind="review_posted", rating_min=1),
            give=Points(50),
            limit=Limit(4, 30 * DAY),
        ),
        RewardRule(
            id="champion-gift",
            on=OnTransition(to=frozenset({"champions"}), direction="up", causes=frozenset({"order"})),
            give=Gift("THANKS-1"),
            expires_ms=60 * DAY,
            limit=Limit(1, 365 * DAY),
            message=Message("champion-thanks", ("email", "push")),
        ),
    )


def test_the_seed_pack_remembers_three_kinds_of_engagement_for_thirty_days() -> None:
    assert SEED.engagement == {"review_posted", "link_clicked", "site_visited"}
    assert SEED.dedup_ms == 30 * DAY


def test_there_is_no_pack_of_another_name() -> None:
    for name in ("nobody", "../packs/seed", "seed.yml", ""):
        with pytest.raises(PolicyError):
            load_policy(name)


def test_on_whole_days_a_bound_allows_its_last_day_to_the_end() -> None:
    assert RecencyScale((90 * DAY, 150 * DAY)).age_bounds == (90 * DAY, 150 * DAY)
    whole = RecencyScale((90 * DAY, 150 * DAY + 1), whole_days=True)
    assert whole.age_bounds == (91 * DAY - 1, 151 * DAY - 1)


def test_a_threshold_is_reached_and_a_cut_point_exceeded() -> None:
    assert [Thresholds((2, 3), at_least=True).score(x) for x in (0, 1, 2, 3, 4)] == [1, 1, 2, 3, 3]
    assert [Thresholds((1, 2), at_least=False).score(x) for x in (0, 1, 2, 3, 4)] == [1, 1, 2, 3, 3]
    assert SEED.monetary is not None
    score = SEED.monetary.thresholds.score
    assert [score(x) for x in (0, 10_000, 10_001, 50_000, 50_001)] == [1, 1, 2, 2, 3]


ascending = st.lists(st.integers(-100, 100), min_size=1, max_size=8, unique=True).map(sorted).map(tuple)


@given(ascending, st.integers(-110, 110))
def test_scores_count_what_a_value_has_passed(values: tuple[int, ...], value: int) -> None:
    assert Thresholds(values, at_least=True).score(value) == 1 + sum(t <= value for t in values)
    assert Thresholds(values, at_least=False).score(value) == 1 + sum(t < value for t in values)
