"""Journeys as they leave for the topics: alerts and messages, each once, whatever becomes of log and policy."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.decisions.in_force import InForce
from schemas.policy import Policy
from schemas.rollout import Rollout
from tests.agents.conftest import Open
from tests.agents.golden_files import canonical, golden, told
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage, payload
from tests.builders import DAY, T0, TOPICS
from tests.oracle.events import cancellation, engaged, erasure, order

BACK = """\
journeys:
  - id: back
    on: {engaged: link_clicked}
    stop_on: [order_placed]
    steps:
      - {message: {template: one, channels: [push, email]}}
      - {id: pause, wait: 7d}
      - {message: {template: two, channels: [email]}}
"""
PROFILE = {
    "type": "profile_changed",
    "event_id": "p",
    "customer_id": "ann",
    "occurred_at": T0 - DAY,
    "timezone": "Asia/Kathmandu",
    "preferred_channel": "email",
    "consents": {"sms": False},
    "interests": ["espresso"],
}
CLICK = engaged("e", T0, "link_clicked")


def policy(more: str = BACK) -> Policy:
    return small(LADDER, more)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path / "db", policy())
    yield made
    made.close()


def messages(stage: Stage) -> list[dict[str, Any]]:
    return [payload(out) for out in stage.outgoing if out.topic == TOPICS.messages]


def said(stage: Stage) -> list[tuple[str, int]]:
    return [(one["template"], one["effective_at"]) for one in messages(stage)]


BOTH = [("one", T0), ("two", T0 + 7 * DAY)]


def test_a_message_and_an_alert_are_those_of_their_golden_files_and_canonical(opened: Open) -> None:
    alerting = BACK.replace("      - {id: pause", "      - {alert: unhappy}\n      - {id: pause")
    quiet = 'quiet_hours: {from: "13:00", to: "15:00"}\n'
    stage = opened(policy(quiet + alerting))
    stage.absorb([PROFILE, order("1", T0 - DAY, 100), CLICK])
    stage.pass_time(T0 + DAY)
    for name, topic in (("message_of_journey", TOPICS.messages), ("alert", TOPICS.alerts)):
        (out,) = (out for out in stage.outgoing if out.topic == topic)
        assert told(out) == golden(name)
        assert out.value == canonical(golden(name)["value"])


def test_a_wait_ends_when_it_ends_whenever_that_is_noticed(stage: Stage) -> None:
    stage.absorb([CLICK])
    stage.crash(lose_disk=True)
    stage.pass_time(T0 + 90 * DAY)
    assert said(stage) == BOTH


def test_the_same_start_again_starts_nothing(stage: Stage) -> None:
    stage.absorb([CLICK])
    stage.pass_time(T0 + 60 * DAY)
    stage.absorb([CLICK, engaged("e", T0 + 60 * DAY, "link_clicked")])
    stage.pass_time(T0 + 90 * DAY)
    assert said(stage) == BOTH


def test_a_late_order_stops_what_has_not_been_said(stage: Stage) -> None:
    stage.absorb([order("0", T0 - DAY, 100), CLICK])
    stage.pass_time(T0 + 3 * DAY)
    stage.absorb([order("1", T0 + 3 * DAY + 1, 100)])
    stage.absorb([order("2", T0 + DAY, 100)])
    stage.pass_time(T0 + 90 * DAY)
    assert said(stage) == BOTH[:1]


def test_a_start_that_comes_late_is_worked_as_if_it_had_come_in_time(stage: Stage) -> None:
    stage.absorb([order("0", T0 - DAY, 100)])
    stage.pass_time(T0 + 40 * DAY)
    stage.absorb([CLICK])
    stage.pass_time(T0 + 90 * DAY)
    assert said(stage) == BOTH


def test_who_is_erased_is_on_no_journey_any_more_and_never_on_that_one_again(stage: Stage) -> None:
    stage.absorb([CLICK, erasure("x", T0 + DAY)])
    stage.absorb([engaged("e", T0 + 2 * DAY, "link_clicked")])
    stage.pass_time(T0 + 90 * DAY)
    assert said(stage) == BOTH[:1]


def test_to_leave_by_an_erasure_is_no_start(opened: Open) -> None:
    start = "on: {transition: {direction: exit, cause: [erasure, cancellation]}}"
    stage = opened(policy(BACK.replace("on: {engaged: link_clicked}", start)))
    stage.absorb([order("1", T0, 100), erasure("x", T0 + DAY)])
    assert said(stage) == []
    stage.absorb([order("2", T0 + 2 * DAY, 100), cancellation("2", T0 + 3 * DAY)])
    assert said(stage) == [("one", T0 + 3 * DAY)]


CHANGES = {
    "goes on by what follows her step now": (BACK.replace("two", "three"), [BOTH[0], ("three", T0 + 7 * DAY)]),
    "finds her step wherever it stands": (BACK.replace("      - {id", "      - {wait: 1d}\n      - {id"), BOTH),
    "leaves where her step is gone": (BACK.replace("id: pause", "id: rest"), BOTH[:1]),
    "leaves where her journey is gone": ("", BOTH[:1]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_who_is_inside_when_the_journey_changes(change: str, stage: Stage) -> None:
    changed, expected = CHANGES[change]
    stage.absorb([CLICK])
    stage.obey(InForce(policy(), rollouts=[Rollout(replace(policy(changed), fingerprint="b"), T0 + DAY)]))
    stage.pass_time(T0 + 90 * DAY)
    assert said(stage) == expected


def test_a_rule_may_ask_for_a_message_alone(opened: Open) -> None:
    rule = "{id: ask, on: {first_order: true}, message: {template: survey, channels: [sms, push, email]}}"
    stage = opened(policy(f"rewards: [{rule}]\n"))
    stage.absorb([PROFILE, order("1", T0, 100)])
    assert [out for out in stage.outgoing if out.topic == TOPICS.rewards] == []
    (one,) = messages(stage)
    assert (one["channel"], one["fallback"], one["rule"]) == ("email", ["push"], "ask")
    assert one["fields"] == {"interests": ["espresso"], "segment": "fresh"}


CAPPED = """\
rewards: [{id: ask, on: {engaged: review_posted}, message: {template: survey, channels: [email]}}]
caps: [{id: quiet-week, %stimes: 1, per: 7d}]
"""


@pytest.mark.parametrize("of", ["", "kinds: [message], "])
def test_a_step_that_caps_let_say_nothing_says_so_and_she_goes_on(tmp_path: Path, of: str) -> None:
    """Messages of rules and of journeys count together."""
    stage = Stage(tmp_path / "db", small(LADDER + CAPPED % of + BACK))
    stage.absorb([engaged("r", T0 - DAY, "review_posted", 5), CLICK])
    stage.absorb([CLICK])
    stage.crash()
    stage.pass_time(T0 + 7 * DAY)
    stage.absorb([engaged("r2", T0 + 8 * DAY, "review_posted", 5)])
    messages = [out for out in stage.outgoing if out.topic == TOPICS.messages]
    withheld = messages[1]
    assert [payload(one)["template"] for one in messages] == ["survey", "one", "two"]
    assert dict(withheld.headers)["ce_type"] == b"message.withheld"
    assert dict(withheld.headers)["ce_id"].decode() == payload(withheld)["withheld_id"]
    assert told(withheld) == golden("message_withheld")
    assert withheld.value == canonical(golden("message_withheld")["value"])
    (refused,) = [payload(out) for out in stage.outgoing if dict(out.headers)["ce_type"] == b"reward.withheld"]
    assert (refused["rule"], refused["reason"]) == ("ask", "cap")
    assert {one for tally in stage.tallies for one in tally.stepped} == {("back", "withheld"), ("back", "message")}
    stage.close()


def test_caps_of_rules_and_of_gifts_are_no_concern_of_journeys(tmp_path: Path) -> None:
    caps = CAPPED % "rules: [ask], "
    stage = Stage(tmp_path / "db", small(LADDER + caps + BACK))
    stage.absorb([engaged("r", T0 - DAY, "review_posted", 5), CLICK])
    assert [payload(out)["template"] for out in stage.outgoing if out.topic == TOPICS.messages] == ["survey", "one"]
    stage.close()


def test_whom_no_channel_reaches_uses_up_no_message_of_hers(tmp_path: Path) -> None:
    refuses = {**PROFILE, "consents": {"email": False, "push": False}}
    stage = Stage(tmp_path / "db", small(LADDER + CAPPED % "" + BACK))
    stage.absorb([refuses, CLICK, {**PROFILE, "event_id": "p2", "occurred_at": T0 + 1}])
    stage.absorb([engaged("r", T0 + 2, "review_posted", 5)])
    assert [payload(out)["template"] for out in stage.outgoing if out.topic == TOPICS.messages] == ["survey"]
    stage.close()
