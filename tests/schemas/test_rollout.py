"""A policy takes over the state of another only where the rows mean the same to both."""

import pytest

from schemas.rollout import obstacles
from tests.agents.small_policies import LADDER, SPENT, small


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("window: 365d\n", ["another window"]),
        ("orders: {refunded: keep}\n", ["other rules for orders"]),
        ("orders: {zero_value: count}\n", ["other rules for orders"]),
        ("engagement: {kinds: [site_visited]}\n", ["other engagement that counts"]),
        ("late: {horizon: 10d}\n", ["another horizon for late facts"]),
        ("dwell: {down: 30d}\n", []),
        ("brink: [14d]\n", []),
        ("late: {grace: 1s}\n", []),
        ("cut_points: {refresh: 7d}\n", []),
    ],
)
def test_what_keeps_a_policy_from_taking_over_is_named(more: str, named: list[str]) -> None:
    assert list(obstacles(small(LADDER), small(LADDER, more))) == named
    assert list(obstacles(small(LADDER, more), small(LADDER))) == named


def test_other_scores_and_segments_may_take_over() -> None:
    assert list(obstacles(small(LADDER), small(SPENT))) == []
