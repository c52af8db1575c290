"""Cut points coming into force in, moves by drift and what else they change out: numbers written by hand."""

from dataclasses import replace
from typing import Any

from .compare import COMPARED, compare
from .cut_points import CutPoints
from .events import order, refund
from .orders import Event
from .policy import Policy
from .scales import DAY_MS
from .seed import SEED
from .timeline import CustomerTimeline, timeline

T0 = 1_291_191_960_000
D5, D90 = T0 + 432_000_000, T0 + 7_776_000_001
DRIFT, DECAY = {"type": "drift"}, {"type": "decay", "due": "recency"}
FIRST = order("1", T0, 13_912)


def version(number: int, at: int, **cuts: list[int]) -> CutPoints:
    return {
        "version": number,
        "frozen_at": at - 600_000,
        "effective_at": at,
        "recency": cuts.get("recency"),
        "frequency": cuts.get("frequency"),
        "monetary": cuts.get("monetary"),
    }


def ann(*events: Event, cut_points: list[CutPoints], policy: Policy = SEED, as_of: int = D90) -> CustomerTimeline:
    return timeline(events, policy, as_of, cut_points)["ann"]


def path(found: CustomerTimeline) -> list[tuple[int, str | None, dict[str, str], int]]:
    """All after the entry."""
    moves = found.transitions[1:]
    return [(move["effective_at"], move["to"], move["cause"], move["cut_points_version"]) for move in moves]


def scored(found: CustomerTimeline, number: int) -> tuple[str, str]:
    before, after = found.transitions[number]["before"], found.transitions[number]["after"]
    return "".join(str(before[s]) for s in ("r", "f", "m")), "".join(str(after[s]) for s in ("r", "f", "m"))


def test_new_cut_points_move_her_at_the_instant_from_which_they_are_in_force() -> None:
    found = ann(FIRST, cut_points=[version(1, D5, frequency=[0, 2])], as_of=D5)
    assert path(found) == [(D5, "loyal", DRIFT, 1)]
    assert scored(found, 1) == ("312", "322")
    assert (found.transitions[1]["direction"], found.transitions[1]["next"]) == ("up", {"at": D90, "to": "recent"})
    assert (found.transitions[0]["cut_points_version"], found.transitions[0]["next"]) == (
        0,
        {"at": D90, "to": "at_risk"},
    )
    assert ann(FIRST, cut_points=[version(1, D5, frequency=[0, 2])], as_of=D5 - 1).state.cut_points_version == 0


def test_who_comes_later_is_scored_by_the_version_then_in_force() -> None:
    two = [version(2, D5, frequency=[0, 1]), version(1, T0, frequency=[5, 6])]
    found = ann(FIRST, order("2", D5 - 1, 100), cut_points=two, as_of=D5)
    assert scored(found, 0) == ("NoneNoneNone", "312")
    assert path(found) == [(D5, "champions", DRIFT, 2)]
    assert scored(found, 1) == ("312", "332")


def test_a_score_that_a_version_leaves_out_is_the_policys() -> None:
    found = ann(FIRST, cut_points=[version(1, D5, recency=[4 * DAY_MS, 150 * DAY_MS])], as_of=D5)
    assert scored(found, 1) == ("312", "212")
    assert path(found) == [(D5, "at_risk", DRIFT, 1)]
    late = ann(FIRST, cut_points=[version(1, T0, recency=[4 * DAY_MS, 150 * DAY_MS])], as_of=D5)
    assert path(late) == [(T0 + 345_600_001, "at_risk", DECAY, 1)]


def test_drift_explains_only_what_the_version_before_would_not_do() -> None:
    same = ann(FIRST, cut_points=[version(1, D90, monetary=[20_000, 50_000])])  # 212 before, 211 now: both at_risk
    assert path(same) == [(D90, "at_risk", DECAY, 1)]
    other = ann(FIRST, cut_points=[version(1, D90, monetary=[5_000, 10_000])])  # 212 before, 213 now
    assert path(other) == [(D90, "needs_attention", DRIFT, 1)]
    assert scored(other, 1) == ("312", "213")
    fact = ann(FIRST, refund("r", None, D90, 1), cut_points=[version(1, D90, monetary=[5_000, 10_000])])
    assert path(fact) == [(D90, "needs_attention", {"type": "refund", "event_id": "r"}, 1)]


def test_a_decay_that_comes_with_a_version_is_due_by_the_bounds_before_it() -> None:
    three = version(1, D90, recency=[10 * DAY_MS, 20 * DAY_MS], frequency=[0, 2])  # 212 before, 122 now: both at_risk
    found = ann(FIRST, cut_points=[three])
    assert path(found) == [(D90, "at_risk", DECAY, 1)]
    assert scored(found, 1) == ("312", "122")


def test_before_is_read_under_the_cut_points_of_that_instant() -> None:
    order_at_once = ann(FIRST, order("2", D5, 100), cut_points=[version(1, D5, frequency=[0, 1])], as_of=D5)
    assert path(order_at_once) == [(D5, "champions", {"type": "order", "event_id": "o-2"}, 1)]
    assert scored(order_at_once, 1) == ("312", "332")


def test_a_version_that_says_the_same_moves_nobody() -> None:
    found = ann(FIRST, cut_points=[version(1, D5, frequency=[1, 2], monetary=[10_000, 50_000])], as_of=D5)
    assert (path(found), found.state.cut_points_version) == ([], 1)


def test_silent_drift_changes_what_is_published_and_never_the_timeline() -> None:
    quiet, cut_points = replace(SEED, drift_silent=True), [version(1, D5, frequency=[0, 2])]
    found = ann(FIRST, cut_points=cut_points, policy=quiet)
    loud = ann(FIRST, cut_points=cut_points)
    (silent,) = found.silent
    assert silent == {**loud.transitions[1], "sequence": 0}
    assert [(move["sequence"], move["from"], move["to"]) for move in found.transitions] == [
        (1, None, "recent"),
        (2, "loyal", "recent"),
    ]
    assert found.state == loud.state


def test_no_version_to_come_is_forecast() -> None:
    two = [version(1, D5, frequency=[0, 2]), version(2, D5 + 1, recency=[4 * DAY_MS, 5 * DAY_MS])]
    assert ann(FIRST, cut_points=two, as_of=D5).state.next == {"at": D90, "to": "recent"}


def test_whole_days_end_at_the_next_full_day() -> None:
    whole = replace(SEED, whole_days=True)
    found = ann(FIRST, cut_points=[], policy=whole, as_of=T0 + 151 * DAY_MS)
    assert path(found) == [
        (T0 + 7_862_400_000, "at_risk", DECAY, 0),
        (T0 + 13_046_400_000, "inactive", DECAY, 0),
    ]
    assert (found.transitions[1]["before"]["recency_ms"], scored(found, 1)) == (7_862_399_999, ("312", "212"))
    half = replace(whole, within_ms=(36 * 3_600_000, 150 * DAY_MS))
    assert path(ann(FIRST, cut_points=[], policy=half))[0] == (T0 + 172_800_000, "at_risk", DECAY, 0)
    frozen = [version(1, T0 + 1, recency=[2 * DAY_MS, 3 * DAY_MS])]
    assert path(ann(FIRST, cut_points=frozen, policy=whole))[0] == (T0 + 259_200_000, "at_risk", DECAY, 1)


def test_the_version_is_compared_when_asked() -> None:
    expected = {"ann": ann(FIRST, cut_points=[version(1, D5, frequency=[0, 2])], as_of=D5)}
    told: list[tuple[str, dict[str, Any]]] = [
        ("segment.transitioned", {**move, "transition_id": f"{move['to']}", "cut_points_version": 0, "late": False})
        for move in expected["ann"].transitions
    ]
    assert compare(told, expected) == []
    assert compare(told, expected, (*COMPARED, "cut_points_version")) == [
        f"customer 'ann': recent -> loyal at {D5}: cut_points_version is 0, expected 1"
    ]
