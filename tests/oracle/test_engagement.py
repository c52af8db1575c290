"""Engagement in, who is known and what is a fact out."""

from dataclasses import replace

from .events import engaged, erasure, order, profile
from .reward_rules import OnEngaged, RewardRule
from .rewards import rewards
from .seed import SEED
from .timeline import timeline

T0 = 1_291_191_960_000


def test_engagement_that_the_policy_names_makes_a_customer_known() -> None:
    found = timeline([engaged("e", T0, "site_visited")], SEED, T0)["ann"]
    assert (found.known, found.transitions, found.state.segment) == (True, (), None)
    assert timeline([engaged("e", T0, "email_opened")], SEED, T0) == {}
    rule = RewardRule("opened", OnEngaged("email_opened"), give={})
    assert timeline([engaged("e", T0, "email_opened")], replace(SEED, rewards=(rule,)), T0).keys() == {"ann"}


def test_a_profile_and_an_erasure_make_nobody_known() -> None:
    assert timeline([profile("p", T0), erasure("x", T0 + 1)], SEED, T0 + 1) == {}


def test_engagement_moves_nobody_and_explains_no_move() -> None:
    orders = [order("1", T0, 100)]
    late = T0 + 500 * 86_400_000
    decays = [move["effective_at"] for move in timeline(orders, SEED, late)["ann"].transitions]
    beside = [engaged(f"e-{at}", at) for at in decays]
    assert timeline(orders + beside, SEED, late) == timeline(orders, SEED, late)


def test_the_first_record_of_an_event_id_is_the_engagement() -> None:
    first, other = engaged("e", T0, rating=5), engaged("e", T0 + 9, "review_posted", rating=1)
    assert [one.effective_at for one in rewards([first, other], SEED, T0 + 9)] == [T0]
    assert [one.effective_at for one in rewards([other, first], SEED, T0 + 9)] == [T0 + 9]


def test_engagement_that_nobody_names_takes_no_event_id() -> None:
    events = [engaged("e", T0, "email_opened"), engaged("e", T0 + 1, rating=5)]
    assert [one.effective_at for one in rewards(events, SEED, T0 + 1)] == [T0 + 1]
