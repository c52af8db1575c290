"""Rewards that time alone brings about: each at its exact instant, in the order of time, once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.decisions.occasions import Decided
from agents.decisions.whole_life import live
from schemas.instants import parse_instant
from schemas.policy import Policy
from tables.keys import LOYALTY
from tests.agents.conftest import Open
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage, payload
from tests.builders import DAY, T0, TOPICS, fact_of
from tests.oracle.events import cancellation, erasure, order, profile, refund
from tests.oracle.orders import Event


def rewarding(*rules: str) -> Policy:
    """Segments that silence alone changes, and these rules, each `id, on`."""
    lines = [f"  - {{{rule}, give: {{kind: points, points: 1}}}}\n" for rule in rules]
    return small(LADDER, "rewards:\n" + "".join(lines))


STAY = rewarding("id: stay, on: {time_in_segment: {segment: fading, after: 10d}}")
CADENCE = "id: silent, on: {cadence: {times: 2}}"
FADES = 30 * DAY + 1
"""From an order on, until she is in the second segment."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path / "db", STAY)
    yield made
    made.close()


def told(stage: Stage) -> list[tuple[str, int, Any]]:
    """What was decided: rule, instant, and what fell due."""
    rewards = [payload(out) for out in stage.outgoing if out.topic == TOPICS.rewards]
    return [(one["rule"], one["effective_at"], one["cause"].get("due")) for one in rewards]


def test_a_stay_is_rewarded_at_the_instant_at_which_it_is_long_enough(stage: Stage) -> None:
    stage.absorb([order("1", T0, 100)])
    stage.pass_time(T0 + FADES + 10 * DAY - 1)
    assert not told(stage)
    stage.pass_time(T0 + FADES + 10 * DAY)
    stage.pass_time(T0 + 500 * DAY)
    assert told(stage) == [("stay", T0 + FADES + 10 * DAY, "stay")]


def test_an_appointment_outlives_a_lost_disk(stage: Stage) -> None:
    stage.absorb([order("1", T0, 100)])
    stage.pass_time(T0 + 31 * DAY)
    stage.crash(lose_disk=True)
    stage.pass_time(T0 + 500 * DAY)
    assert told(stage) == [("stay", T0 + FADES + 10 * DAY, "stay")]


def test_a_stay_is_rewarded_where_a_fact_of_its_very_instant_changes_another_appointment(opened: Open) -> None:
    stage = opened(rewarding("id: stay, on: {time_in_segment: {segment: fading, after: 10d}}", CADENCE))
    stage.absorb([order("1", T0, 100), refund("r-1", "1", T0 + FADES + 10 * DAY, 1)])
    stage.pass_time(T0 + FADES + 10 * DAY)
    assert told(stage) == [("stay", T0 + FADES + 10 * DAY, "stay")]


def test_whoever_leaves_in_time_is_not_rewarded_for_staying(stage: Stage) -> None:
    stage.absorb([order("1", T0, 100)])
    stage.pass_time(T0 + 31 * DAY)
    stage.absorb([order("2", T0 + FADES + 10 * DAY, 100)])
    stage.pass_time(T0 + FADES + 10 * DAY)
    assert not told(stage), "facts come before appointments at one instant"


def test_a_late_order_takes_the_stay_and_its_appointment_away(stage: Stage) -> None:
    stage.absorb([order("1", T0, 100)])
    stage.pass_time(T0 + 31 * DAY)
    stage.absorb([order("2", T0 + 20 * DAY, 100)])
    stage.pass_time(T0 + 20 * DAY + FADES + 10 * DAY - 1)
    assert not told(stage)
    stage.pass_time(T0 + 500 * DAY)
    assert told(stage) == [("stay", T0 + 20 * DAY + FADES + 10 * DAY, "stay")]


def test_a_stay_that_turns_out_to_have_been_long_enough_is_rewarded_while_it_lasts(stage: Stage) -> None:
    stage.absorb([order("1", T0, 100), order("2", T0 + 15 * DAY, 100)])
    stage.pass_time(T0 + 46 * DAY)
    stage.absorb([cancellation("2", T0 + 16 * DAY)])
    assert told(stage) == [("stay", T0 + FADES + 10 * DAY, "stay")]


def test_who_is_erased_keeps_no_appointment(stage: Stage) -> None:
    stage.absorb([order("1", T0, 100)])
    stage.pass_time(T0 + 31 * DAY)
    stage.absorb([erasure("x", T0 + 32 * DAY)])
    stage.pass_time(T0 + 500 * DAY)
    assert not told(stage)
    assert stage.table.get(LOYALTY + b"ann") is None


HISTORY: list[Event] = [
    order("1", T0, 100),
    order("2", T0 + FADES + 10 * DAY, 100),
    order("3", T0 + 90 * DAY, 100),
    order("4", T0 + 180 * DAY, 100),
]


def test_one_slice_says_what_many_with_silence_between_them_say(tmp_path: Path) -> None:
    whole, pieces = Stage(tmp_path / "whole", STAY), Stage(tmp_path / "pieces", STAY)
    whole.absorb(HISTORY)
    for event in HISTORY:
        pieces.pass_time(event["occurred_at"] - 1)
        pieces.absorb([event])
    for stage in (whole, pieces):
        stage.pass_time(T0 + 500 * DAY)
    lived = live("ann", [fact_of(event) for event in HISTORY], STAY, T0 + 500 * DAY)
    simulated = [(one.rule.id, one.at, one.cause.due) for one in lived.rewards if isinstance(one, Decided)]
    assert len(simulated) == 3
    assert simulated == told(whole) == told(pieces)
    whole.close()
    pieces.close()


BIRTHDAY = rewarding("id: birthday, on: {birthday: true}")


@pytest.mark.parametrize("seen", ["in time", "late"])
def test_who_becomes_known_on_her_birthday_has_it_once_also_by_a_late_order(opened: Open, seen: str) -> None:
    stage = opened(BIRTHDAY)
    begins = int(parse_instant("2023-05-10T00:00:00Z"))
    known = {**profile("p", begins - DAY), "birthday": "1980-05-10"}
    first, second = order("1", begins + 1, 100), order("2", begins + 5 * DAY, 100)
    for event in (known, *((second, first) if seen == "late" else (first, second))):
        stage.absorb([event])
        stage.crash()
    stage.pass_time(begins + 100 * DAY)
    assert told(stage) == [("birthday", begins + 1, "birthday")]
