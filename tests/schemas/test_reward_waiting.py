"""Reward rules that this version does not run: read and checked like the others, told, and without effect."""

import pytest

from schemas.policy_file import parse_policy
from tests.schemas.test_reward_document import FIRST, POINTS, policy, told

WAITING: dict[str, tuple[str, str, str]] = {
    "remind": (FIRST, f"{POINTS}, expires: 60d, remind: [7d, 1d]", ""),
    "clawback": (FIRST, POINTS, ", clawback: full"),
}


@pytest.mark.parametrize("named", WAITING)
def test_a_rule_that_this_version_does_not_run_gives_nothing_and_is_told(named: str) -> None:
    compiled = parse_policy(policy(*WAITING[named]) + "brink: [14d, 3d]\n", "p.yaml")
    assert compiled.rewards == ()
    assert compiled.later == (f"rewards.0 (rule): {named} runs in a later version: this rule gives nothing yet",)


def test_all_that_keeps_a_rule_from_running_is_told_in_one_line() -> None:
    text = policy(FIRST, "kind: letter, letter: a, expires: 9d, remind: [1d]", ", holdout: 5%, clawback: unredeemed")
    (line,) = parse_policy(text, "p.yaml").later
    assert line.startswith("rewards.0 (rule): remind, clawback run in a later version")


def test_a_rule_that_runs_is_not_kept_from_it_by_one_that_does_not() -> None:
    text = (
        policy(rest=", clawback: full")
        + "  - {id: welcome, on: {first_order: true}, give: {kind: points, points: 1}}\n"
    )
    compiled = parse_policy(text, "p.yaml")
    assert [rule.id for rule in compiled.rewards] == ["welcome"]
    assert len(compiled.later) == 1


def test_to_take_nothing_back_is_what_this_version_does() -> None:
    assert parse_policy(policy(rest=", clawback: never"), "p.yaml").later == ()


def test_a_rule_without_an_occasion_wants_a_journey_that_gives_it() -> None:
    text = policy().replace("on: {first_order: true}, ", "")
    assert told(text) == ("rewards.0", "give on: no journey gives this reward")
    journey = "journeys:\n  - {id: j, on: {first_order: true}, steps: [{wait: 1d}, {reward: rule}]}\n"
    (given,) = parse_policy(text + journey, "p.yaml").rewards
    assert given.on is None


def test_an_announcement_is_one_that_the_policy_makes() -> None:
    assert told(policy("brink: {lead: 7d}") + "brink: [14d]\n") == ("rewards.0.on.brink.lead", "brink does not name 7d")
    assert told(policy("brink: {to: best}") + "brink: [14d]\n")[0] == "rewards.0.on.brink.to.0"
