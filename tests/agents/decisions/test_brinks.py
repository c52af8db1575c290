"""Announcements of a move down, by hand: which lead is told, which is slept through, and what clears one."""

from dataclasses import replace

import pytest

from agents.decisions.brinks import announce, clear
from agents.decisions.customer import Customer
from agents.decisions.judging import Judge
from agents.decisions.moves import Brink, BrinkCleared
from agents.decisions.nothing_stored import NothingStored
from schemas.rows import BrinkRow
from schemas.transitions import Cause, Next
from tests.agents.small_policies import LADDER, small
from tests.builders import DAY, T0, customer_row

LONG, SHORT = 14 * DAY, 3 * DAY
POLICY = small(LADDER, "brink: [14d, 3d]\n")
JUDGE = Judge(POLICY)
DUE = T0 + 30 * DAY + 1
DOWN = Next(DUE, "fading")
ORDER = Cause(type="order", event_id="o-2")


def ann(brink: BrinkRow | None = None, **row: int) -> Customer:
    """A fresh customer since T0; her next decay is DUE."""
    of = customer_row("fresh", T0, 1, T0, 1, 1, 100, 1, T0, T0, DUE, met=True, brink=brink)
    for name, value in row.items():
        setattr(of, name, value)
    return Customer("ann", of, NothingStored())


def announced(at: int, ahead: Next | None = DOWN, *, passed: int = 0, silent_until: int = 0) -> tuple[int, int]:
    """Give the lead announced (0 = none), and when the customer is looked at next."""
    customer, judge = ann(), Judge(replace(POLICY, silent_until=silent_until)) if silent_until else JUDGE
    told = announce(customer, at, ahead, judge, passed)
    expected = BrinkRow(DUE, "fading", "fresh") if told else None
    assert customer.row.brink == expected
    return told.lead_ms if told else 0, customer.row.due


def test_an_announcement_says_what_is_due_and_on_what_grounds() -> None:
    at = DUE - LONG
    told = announce(ann(), at, DOWN, JUDGE, 0)
    assert told == Brink("ann", 1, at, "fresh", DUE, "fading", LONG, JUDGE.measure(ann().row, at), 0)
    assert told.measures.recency_ms == 16 * DAY + 1


@pytest.mark.parametrize(
    ("at", "lead", "next_look"),
    [
        (DUE - LONG - 1, 0, DUE - LONG),
        (DUE - LONG, LONG, DUE - SHORT),
        (DUE - LONG + 1, 0, DUE - SHORT),
        (DUE - SHORT, SHORT, DUE),
        (DUE - SHORT + 1, 0, DUE),
    ],
)
def test_a_lead_is_announced_exactly_at_its_instant_and_one_that_is_past_is_skipped(
    at: int, lead: int, next_look: int
) -> None:
    assert announced(at) == (lead, next_look)


@pytest.mark.parametrize(
    ("at", "passed", "lead"),
    [
        (DUE - LONG, DUE - SHORT - 1, LONG),
        (DUE - LONG, DUE - SHORT, 0),
        (DUE - SHORT, DUE - 1, SHORT),
        (DUE - SHORT, DUE, 0),
    ],
)
def test_of_several_that_passed_only_the_one_nearest_to_due_is_announced_and_none_after_due(
    at: int, passed: int, lead: int
) -> None:
    assert announced(at, passed=passed)[0] == lead


def test_nothing_is_announced_before_silence_ends_and_at_its_very_end_it_is() -> None:
    at = DUE - LONG
    assert announced(at, silent_until=at + 1) == (0, DUE - SHORT)
    assert announced(at, silent_until=at) == (LONG, DUE - SHORT)


@pytest.mark.parametrize("ahead", [None, Next(DUE, "fresh")], ids=["nothing", "a move to where she is"])
def test_only_a_move_down_is_announced(ahead: Next | None) -> None:
    assert announced(DUE - LONG, ahead) == (0, DUE)


def test_a_move_up_is_not_announced() -> None:
    customer = ann(segment="gone")  # type: ignore[arg-type]  # a name among the numbers
    assert announce(customer, DUE - LONG, DOWN, JUDGE, 0) is None


ANNOUNCED = BrinkRow(DUE, "fading", "fresh")
AT = DUE - SHORT + 5
OTHERS: dict[str, Next | None] = {
    "later": Next(DUE + 1, "fading"),
    "earlier": Next(DUE - 1, "fading"),
    "elsewhere": Next(DUE, "gone"),
    "nothing": None,
}


@pytest.mark.parametrize("ahead", OTHERS.values(), ids=OTHERS)
def test_whatever_else_is_ahead_clears_an_announcement(ahead: Next | None) -> None:
    customer = ann(ANNOUNCED)
    told = clear(customer, AT, ahead, ORDER, POLICY)
    assert told == BrinkCleared("ann", 1, AT, "fresh", DUE, "fading", ORDER, ahead)
    assert customer.row.brink is None


def test_what_is_still_ahead_is_not_cleared() -> None:
    customer = ann(ANNOUNCED)
    assert clear(customer, AT, DOWN, ORDER, POLICY) is None
    assert customer.row.brink == ANNOUNCED
    assert clear(ann(), AT, None, ORDER, POLICY) is None, "nothing was announced"


def test_what_came_exactly_as_announced_is_closed_and_not_cleared() -> None:
    customer = ann(ANNOUNCED, segment="fading", moved_at=DUE)  # type: ignore[arg-type]  # a name among the numbers
    assert clear(customer, DUE, Next(DUE + 30 * DAY, "gone"), None, POLICY) is None
    assert customer.row.brink is None


@pytest.mark.parametrize(("segment", "moved_at"), [("gone", DUE), ("fading", DUE - 1)])
def test_a_move_to_elsewhere_or_before_its_time_clears(segment: str, moved_at: int) -> None:
    customer = ann(ANNOUNCED, segment=segment, moved_at=moved_at)  # type: ignore[arg-type]  # a name among the numbers
    assert clear(customer, moved_at, None, ORDER, POLICY) is not None
