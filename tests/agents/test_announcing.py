"""Announcements on a partition: on time, too late, cleared by a fact, and along with the moves they tell of."""

import pytest

from tests.agents.conftest import Open
from tests.agents.small_policies import LADDER, SPENT, small
from tests.agents.stage import Stage
from tests.agents.telling import Told, told
from tests.builders import DAY, T0
from tests.oracle.events import erasure, order, refund

LONG, SHORT = 14 * DAY, 3 * DAY
POLICY = small(LADDER, "brink: [14d, 3d]\n")
DUE, GONE = T0 + 30 * DAY + 1, T0 + 60 * DAY + 1
ENTERED: Told = ("moved", T0, None, "fresh", "o-1")
FADED: Told = ("moved", DUE, "fresh", "fading", "recency")
FAR: Told = ("brink", DUE - LONG, DUE, "fading", LONG)
NEAR: Told = ("brink", DUE - SHORT, DUE, "fading", SHORT)


@pytest.fixture
def stage(opened: Open) -> Stage:
    """A customer who has just ordered."""
    begun = opened(POLICY)
    begun.absorb([order("1", T0, 100)])
    return begun


def test_every_lead_is_announced_at_its_instant_and_the_move_closes_them(stage: Stage) -> None:
    stage.pass_time(DUE - LONG - 1)
    assert told(stage) == [ENTERED]
    stage.pass_time(DUE - LONG)
    assert told(stage) == [ENTERED, FAR]
    stage.pass_time(DUE - SHORT)
    stage.pass_time(DUE)
    assert told(stage) == [ENTERED, FAR, NEAR, FADED]


def test_who_wakes_up_late_announces_only_what_is_nearest(stage: Stage) -> None:
    stage.pass_time(DUE - 1)
    assert told(stage) == [ENTERED, NEAR]


def test_nothing_is_announced_any_more_once_it_is_due(stage: Stage) -> None:
    stage.pass_time(DUE)
    assert told(stage) == [ENTERED, FADED]
    stage.pass_time(GONE - LONG)
    assert told(stage)[2:] == [("brink", GONE - LONG, GONE, "gone", LONG)]


def test_an_order_clears_the_announcement_before_it_arms_the_next(stage: Stage) -> None:
    at = DUE - 5 * DAY
    stage.pass_time(at - 1)
    stage.absorb([order("2", at, 100)])
    stage.pass_time(at + 30 * DAY + 1 - LONG)
    again: Told = ("brink", at + 30 * DAY + 1 - LONG, at + 30 * DAY + 1, "fading", LONG)
    assert told(stage) == [ENTERED, FAR, ("brink_cleared", at, DUE, "fading", "o-2"), again]


def test_an_order_that_was_read_late_clears_what_time_had_announced_meanwhile(stage: Stage) -> None:
    """Nobody slept: at the instant of the order the lead of 14 days was the nearest that had passed."""
    stage.absorb([order("2", DUE - 5 * DAY, 100)])
    assert told(stage) == [ENTERED, FAR, ("brink_cleared", DUE - 5 * DAY, DUE, "fading", "o-2")]


def test_an_order_in_the_very_millisecond_saves_her_without_a_move(stage: Stage) -> None:
    stage.pass_time(DUE - 1)
    stage.absorb([order("2", DUE, 100)])
    assert told(stage) == [ENTERED, NEAR, ("brink_cleared", DUE, DUE, "fading", "o-2")]


@pytest.mark.parametrize("lead", ["30d1ms", "40d"])
def test_a_lead_at_the_instant_of_arming_is_announced_and_one_before_it_is_not(opened: Open, lead: str) -> None:
    stage = opened(small(LADDER, f"brink: [{lead}]\n"))
    stage.absorb([order("1", T0, 100)])
    at_once: Told = ("brink", T0, DUE, "fading", 30 * DAY + 1)
    assert told(stage) == ([ENTERED, at_once] if lead == "30d1ms" else [ENTERED])


def test_an_erasure_clears_before_she_leaves(stage: Stage) -> None:
    stage.pass_time(DUE - LONG)
    stage.absorb([erasure("x", DUE - LONG + 5)])
    cleared = ("brink_cleared", DUE - LONG + 5, DUE, "fading", "x")
    assert told(stage)[2:] == [cleared, ("moved", DUE - LONG + 5, "fresh", None, "x")]


def spent(opened: Open, refunded: int) -> list[Told]:
    """Somebody who has spent 120.00 in one order, and is given some of it back after an announcement."""
    stage = opened(small(SPENT, "window: 30d\nbrink: [14d]\n"))
    stage.absorb([order("1", T0, 12_000)])
    stage.pass_time(DUE - LONG)
    stage.absorb([refund("r-1", "1", DUE - LONG + 7, refunded)])
    return told(stage)[1:]


def test_a_refund_that_brings_the_move_itself_clears_what_was_announced_for_later(opened: Open) -> None:
    assert spent(opened, 11_500) == [
        ("brink", DUE - LONG, DUE, "small", LONG),
        ("brink_cleared", DUE - LONG + 7, DUE, "small", "r-1"),
        ("moved", DUE - LONG + 7, "big", "small", "r-1"),
    ]


def test_a_move_after_which_the_same_is_due_as_before_clears_nothing(opened: Open) -> None:
    assert spent(opened, 5_000) == [
        ("brink", DUE - LONG, DUE, "small", LONG),
        ("moved", DUE - LONG + 7, "big", "middle", "r-1"),
    ]


def test_a_held_move_is_announced_before_its_release(opened: Open) -> None:
    stage = opened(small(LADDER, "brink: [14d]\ndwell: {down: 45d}\n"))
    stage.absorb([order("1", T0, 100)])
    release = T0 + 45 * DAY
    for at in (release - LONG, release):
        stage.pass_time(at)
    moved: Told = ("moved", release, "fresh", "fading", "dwell")
    assert told(stage) == [ENTERED, ("brink", release - LONG, release, "fading", LONG), moved]


def test_history_is_silent_and_its_end_is_not(opened: Open) -> None:
    """2010-12-20 lies between the two leads of her first decay."""
    stage = opened(small(LADDER, "brink: [14d, 3d]\nsilent_until: 2010-12-20T00:00:00Z\n"))
    stage.absorb([order("1", T0, 100)])
    for at in (DUE - LONG, DUE - SHORT, DUE):
        stage.pass_time(at)
    assert told(stage) == [NEAR, FADED]
