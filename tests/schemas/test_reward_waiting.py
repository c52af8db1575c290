"""What reward rules say of what becomes of a grant, and of occasions that only others bring."""

import pytest

from schemas.instants import DAY_MS as DAY
from schemas.policy_file import parse_policy
from tests.schemas.test_reward_document import POINTS, policy
from tests.schemas.test_reward_mistakes import told


def test_what_becomes_of_a_grant_is_the_work_of_this_version() -> None:
    text = policy("transition: {to: good}", f"{POINTS}, expires: 60d, remind: [1d, 7d]", ", clawback: full, late: all")
    compiled = parse_policy(text, "p.yaml")
    (rule,) = compiled.rewards
    assert (rule.remind_ms, rule.clawback, rule.late) == ((7 * DAY, DAY), "full", True)


def test_a_rule_without_an_occasion_wants_a_journey_that_gives_it() -> None:
    text = policy().replace("on: {first_order: true}, ", "")
    assert told(text) == ("rewards.0", "give on: no journey gives this reward")
    journey = "journeys:\n  - {id: j, on: {first_order: true}, steps: [{wait: 1d}, {reward: rule}]}\n"
    (given,) = parse_policy(text + journey, "p.yaml").rewards
    assert given.on is None


def test_an_announcement_is_one_that_the_policy_makes() -> None:
    assert told(policy("brink: {lead: 7d}") + "brink: [14d]\n") == ("rewards.0.on.brink.lead", "brink does not name 7d")
    assert told(policy("brink: {to: best}") + "brink: [14d]\n")[0] == "rewards.0.on.brink.to.0"


UNDONE = (
    "first_order: true",
    "nth_order: 3",
    "order_value: {min: 1.00}",
    "transition: {to: good}",
    "transition: {cause: [decay]}",
    "scores: {r: {rose: 1}}",
    "brink_cleared: {}",
)
NEVER_UNDONE = (
    "engaged: review_posted",
    "transition: {cause: [erasure]}",
    "scores: {r: {fell: 1}}",
    "brink: {}",
    "time_in_segment: {segment: good, after: 30d}",
    "birthday: true",
    "anniversary: true",
    "cadence: {times: 2}",
)
NOTHING_UNDOES = ("rewards.0.clawback", "nothing undoes this occasion: what is given on it is never taken back")


@pytest.mark.parametrize("setting", ["full", "unredeemed"])
@pytest.mark.parametrize("on", UNDONE)
def test_what_can_be_undone_can_be_taken_back(on: str, setting: str) -> None:
    (rule,) = parse_policy(policy(on, rest=f", clawback: {setting}") + "brink: [14d]\n", "p.yaml").rewards
    assert rule.clawback == setting


@pytest.mark.parametrize("setting", ["full", "unredeemed"])
@pytest.mark.parametrize("on", NEVER_UNDONE)
def test_clawback_is_refused_where_nothing_could_ever_be_taken_back(on: str, setting: str) -> None:
    assert told(policy(on, rest=f", clawback: {setting}") + "brink: [14d]\n") == NOTHING_UNDOES
    parse_policy(policy(on, rest=", clawback: never") + "brink: [14d]\n", "p.yaml")


def test_where_late_facts_rewrite_nothing_a_transition_is_undone_by_its_order_alone() -> None:
    calm = "late: {horizon: 0s}\n"
    assert told(policy("transition: {cause: [decay, refund]}", rest=", clawback: full") + calm) == NOTHING_UNDOES
    parse_policy(policy("transition: {cause: [decay, order]}", rest=", clawback: full") + calm, "p.yaml")


def test_what_a_journey_gives_is_never_taken_back_and_that_is_told() -> None:
    journey = "journeys:\n  - {id: j, on: {first_order: true}, steps: [{reward: rule}]}\n"
    place, reason = told(policy(rest=", clawback: full") + journey)
    assert place == "rewards.0.clawback"
    assert reason.startswith("a journey gives this reward: what it gives is never taken back")
