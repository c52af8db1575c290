"""A compiled policy: the seed pack cell by cell, and scores exactly at their bounds."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.policy import Thresholds
from schemas.policy_file import PolicyError, load_policy
from schemas.reward_rules import Limit, Message, OnEngaged, OnFirstOrder, OnTransition, RewardRule
from schemas.rewards import Gift, Points
from tests import oracle
from tests.builders import DAY, SEED

GOLDEN = Path(__file__).parent / "golden" / "seed_cells.txt"


def test_the_seed_pack_is_the_map_of_27_cells() -> None:
    golden = dict(line.split() for line in GOLDEN.read_text("utf-8").splitlines())
    assert len(golden) == 27
    assert dict(SEED.cells) == golden
    for cell, segment in golden.items():
        r, f, m = (int(digit) for digit in cell)
        assert SEED.ladder(f, m)[r] == segment


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
    assert SEED.recency == (90 * DAY, 150 * DAY)
    assert SEED.frequency == Thresholds((1, 2), at_least=False)
    assert SEED.monetary == Thresholds((10_000, 50_000), at_least=False)
    assert (SEED.zero_value_counts, SEED.refunded_drops, SEED.grace_ms) == (False, True, 200)


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


@pytest.mark.parametrize(
    ("age", "score"),
    [(0, 3), (90 * DAY - 1, 3), (90 * DAY, 3), (90 * DAY + 1, 2), (150 * DAY, 2), (150 * DAY + 1, 1), (10**15, 1)],
)
def test_an_age_equal_to_a_bound_keeps_the_better_score(age: int, score: int) -> None:
    assert SEED.recency_score(age) == score


def test_a_threshold_is_reached_and_a_cut_point_exceeded() -> None:
    assert [Thresholds((2, 3), at_least=True).score(x) for x in (0, 1, 2, 3, 4)] == [1, 1, 2, 3, 3]
    assert [Thresholds((1, 2), at_least=False).score(x) for x in (0, 1, 2, 3, 4)] == [1, 1, 2, 3, 3]
    assert [SEED.monetary.score(x) for x in (0, 10_000, 10_001, 50_000, 50_001)] == [1, 1, 2, 2, 3]


ascending = st.lists(st.integers(-100, 100), min_size=1, max_size=8, unique=True).map(sorted).map(tuple)


@given(ascending, st.integers(-110, 110))
def test_scores_count_what_a_value_has_passed(values: tuple[int, ...], value: int) -> None:
    assert Thresholds(values, at_least=True).score(value) == 1 + sum(t <= value for t in values)
    assert Thresholds(values, at_least=False).score(value) == 1 + sum(t < value for t in values)


@given(st.integers(0, 200 * DAY) | st.sampled_from([bound + near for bound in SEED.recency for near in (-1, 0, 1)]))
def test_recency_scores_are_those_of_the_oracle(age: int) -> None:
    assert SEED.recency_score(age) == oracle.SEED.recency_score(age)
