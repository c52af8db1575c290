"""When an age alone makes the rules place a customer elsewhere, and what they call it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.judging import Change, Judge
from schemas.customer_row import Counted
from schemas.cut_points import CutPoints
from schemas.transitions import Due
from tests.agents.small_policies import LADDER, by_rule, small
from tests.builders import DAY, SEED, T0

KINDS = "engagement: {kinds: [site_visited]}\n"
BOUNDS = "{min: 10d, max: 20d}"


def since(first: int = T0, last: int = T0, engaged: int = 0) -> Counted:
    return Counted(2, 2, 200, 2, first, last, engaged, met=True)


def changes(judge: Judge, of: Counted, at: int = T0) -> list[Change]:
    """Everything that silence brings, from one change to the next."""
    found = list[Change]()
    while (change := judge.change_after(of, at)) is not None:
        found.append(change)
        at = change.at
    return found


def test_a_score_is_lost_a_millisecond_after_its_bound() -> None:
    assert changes(Judge(small(LADDER)), since()) == [
        Change(T0 + 30 * DAY + 1, "fading"),
        Change(T0 + 60 * DAY + 1, "gone"),
    ]


@pytest.mark.parametrize(
    ("measure", "of"),
    [
        ("recency", since(first=T0 - 5 * DAY)),
        ("tenure", since(last=T0 + 5 * DAY)),
        ("engaged", since(T0 - 5 * DAY, T0 - 5 * DAY, T0)),
    ],
)
def test_a_minimum_begins_at_its_bound_and_a_maximum_ends_a_millisecond_after(measure: str, of: Counted) -> None:
    judge = Judge(by_rule(f"{measure}: {BOUNDS}", KINDS))
    assert changes(judge, of) == [Change(T0 + 10 * DAY, "in"), Change(T0 + 20 * DAY + 1, "out")]


def test_a_bound_at_which_she_stays_where_she_is_is_no_change() -> None:
    rules = "when: {recency: {max: 10d}}}, {id: in_again, when: {recency: {max: 20d}, frequency: {min: 3}}"
    judge = Judge(small(f"segments: [{{id: in, {rules}}}, {{id: out, otherwise: true}}]\n"))
    assert changes(judge, since()) == [Change(T0 + 10 * DAY + 1, "out")]


def test_who_was_never_engaged_is_never_due_for_it() -> None:
    assert changes(Judge(by_rule("engaged: {max: 20d}", KINDS)), since()) == []


def test_the_next_change_is_sought_behind_the_instant_given() -> None:
    judge = Judge(small(LADDER))
    assert judge.change_after(since(), T0 + 30 * DAY) == Change(T0 + 30 * DAY + 1, "fading")
    assert judge.change_after(since(), T0 + 30 * DAY + 1) == Change(T0 + 60 * DAY + 1, "gone")
    assert judge.change_after(since(), T0 + 60 * DAY + 1) is None


def test_cut_points_that_repeat_a_value_give_no_instant_to_the_score_between() -> None:
    """Two equal ages: nobody ever has score 2."""
    quantiles = LADDER.replace("within: [30d, 60d]", "quantiles: [33%, 67%], initial: [30d, 60d]")
    judge = Judge(small(quantiles), CutPoints(1, T0, T0, (40 * DAY, 40 * DAY), None, None))
    assert changes(judge, since()) == [Change(T0 + 40 * DAY + 1, "gone")]


def test_where_scores_are_watched_every_bound_is_a_change() -> None:
    one = 'scores: {recency: {within: [30d, 60d]}}\nsegments: [{id: all, cells: ["3", "2", "1"]}]\n'
    assert changes(Judge(small(one)), since()) == []
    assert changes(Judge(small(one), every=True), since()) == [
        Change(T0 + 30 * DAY + 1, "all"),
        Change(T0 + 60 * DAY + 1, "all"),
    ]


RULES = f"""\
scores: {{recency: {{within: [30d, 60d]}}}}
segments:
  - {{id: a, when: {{recency: {BOUNDS}}}}}
  - {{id: b, when: {{tenure: {BOUNDS}}}}}
  - {{id: c, when: {{engaged: {BOUNDS}}}}}
  - {{id: d, when: {{r: {{min: 2}}}}}}
  - {{id: rest, otherwise: true}}
"""
HERS = since(first=T0 - 100 * DAY, last=T0, engaged=T0 - 200 * DAY)
FALLS: list[tuple[int, bool, Due | None]] = [
    (T0 + 10 * DAY - 1, False, None),
    (T0 + 10 * DAY, False, "recency"),
    (T0 + 10 * DAY + 1, False, None),
    (T0 + 20 * DAY + 1, False, "recency"),
    (T0 + 30 * DAY + 1, False, "recency"),
    (T0 + 30 * DAY, True, "window"),
    (T0 + 30 * DAY + 1, True, "recency"),
    (T0 - 90 * DAY, True, "window"),
    (T0 - 90 * DAY, False, "tenure"),
    (T0 - 80 * DAY + 1, False, "tenure"),
    (T0 - 190 * DAY, False, "engaged"),
    (T0 - 180 * DAY + 1, False, "engaged"),
]


@pytest.mark.parametrize(("at", "left", "due"), FALLS)
def test_what_falls_due_is_named_by_recency_before_window_before_tenure_before_engagement(
    *, at: int, left: bool, due: Due | None
) -> None:
    assert Judge(small(RULES, KINDS)).falls_due(HERS, at, left=left) == due


def test_of_tenure_and_engagement_at_one_instant_tenure_is_named() -> None:
    of = since(T0 - 90 * DAY, T0 + DAY, T0 - 90 * DAY)
    assert Judge(small(RULES, KINDS)).falls_due(of, T0 - 80 * DAY, left=False) == "tenure"


ages = st.integers(0, 160 * DAY)
standing = st.builds(
    lambda number, monetary, orders, age, older: Counted(
        number, number, monetary, orders, T0 - age - older, T0 - age, T0 - older, met=True
    ),
    st.integers(1, 4),
    st.sampled_from([-1, 0, 10_000, 10_001, 50_001]),
    st.integers(0, 2),
    ages,
    ages,
)


def first_elsewhere(judge: Judge, of: Counted) -> Change | None:
    """Look at every instant at which any age of hers passes any bound there is."""
    bounds = [days * DAY for days in (10, 20, 30, 60, 90, 150)]
    starts = {of.last, of.first, of.engaged}
    placed = judge.segment(of, T0)
    for at in sorted(start + bound + more for start in starts for bound in bounds for more in (0, 1)):
        if at > T0 and judge.segment(of, at) != placed:
            return Change(at, judge.segment(of, at))
    return None


@given(st.sampled_from([Judge(SEED), Judge(small(LADDER)), Judge(small(RULES, KINDS))]), standing)
def test_a_change_is_the_first_instant_at_which_she_is_placed_elsewhere(judge: Judge, of: Counted) -> None:
    change = judge.change_after(of, T0)
    assert change == first_elsewhere(judge, of)
    assert judge.stand(of, T0) == (judge.segment(of, T0), *(change or (0, None)))
