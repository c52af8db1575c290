"""Hold-outs: a share of the customers gets nothing of a rule, so that what it does can be measured."""

from itertools import pairwise
from pathlib import Path

import pytest

from agents.decisions.outcomes import outcome
from agents.decisions.whole_life import live
from schemas.digests import holdout_place
from schemas.policy import Policy
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage, payload
from tests.builders import DAY, T0, TOPICS, fact_of
from tests.oracle.events import engaged, order

CUSTOMERS = [f"customer {n}" for n in range(4_000)]


def policy(share: str, rule: str = "thanks", rest: str = "") -> Policy:
    on = "on: {engaged: review_posted}, give: {kind: points, points: 50}"
    message = "message: {template: thanks, channels: [email]}"
    return small(LADDER + f"rewards: [{{id: {rule}, {on}, {message}, holdout: {share}{rest}}}]\n")


def held_out(share: str, rule: str = "thanks") -> set[str]:
    (only,) = policy(share, rule).rewards
    return {customer for customer in CUSTOMERS if holdout_place(customer, "small", rule) < only.held_out}


@pytest.mark.parametrize(("share", "expected"), [("5%", 200), ("10%", 400), ("50%", 2_000), ("100%", 4_000)])
def test_about_as_many_are_left_out_as_the_rule_says(share: str, expected: int) -> None:
    assert abs(len(held_out(share)) - expected) <= 4 * (expected * (1 - expected / 4_000)) ** 0.5


def test_whoever_is_left_out_of_a_small_share_is_left_out_of_a_larger_one() -> None:
    for smaller, larger in pairwise(("1%", "5%", "12.5%", "50%", "100%")):
        assert held_out(smaller) < held_out(larger)


def test_another_rule_leaves_out_others() -> None:
    both = held_out("10%") & held_out("10%", "goodbye")
    assert abs(len(both) - 40) <= 25


def test_who_is_left_out_is_told_as_withheld_and_gets_no_message(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db", policy("100%"))
    stage.absorb([order("1", T0, 100), engaged("e", T0 + 1)])
    (reward,) = (out for out in stage.outgoing if out.topic == TOPICS.rewards)
    assert dict(reward.headers)["ce_type"] == b"reward.withheld"
    assert payload(reward)["reason"] == "holdout"
    assert not [out for out in stage.outgoing if out.topic == TOPICS.messages]
    stage.close()


def test_what_was_held_out_does_not_count_among_the_grants_of_a_limit() -> None:
    facts = [fact_of(event) for event in (order("1", T0, 100), *(engaged(f"e{n}", T0 + n * DAY) for n in (1, 2)))]
    rewards = live("ann", facts, policy("100%", rest=", limit: {times: 1}"), T0 + 9 * DAY).rewards
    assert [outcome(one) for one in rewards] == ["holdout", "holdout"]
