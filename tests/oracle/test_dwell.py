"""Moves held by a least stay in, when they come and for what reason out: numbers written by hand."""

from dataclasses import replace

from .cut_points import CutPoints
from .events import cancellation, erasure, order, refund
from .orders import Event
from .policy import Policy
from .scales import DAY_MS
from .seed import SEED
from .timeline import CustomerTimeline, timeline

T0 = 1_291_191_960_000
D10, D90, D150 = T0 + 864_000_000, T0 + 7_776_000_001, T0 + 12_960_000_001
DOWN_10 = replace(SEED, dwell_down_ms=10 * DAY_MS)
DOWN_70 = replace(SEED, dwell_down_ms=70 * DAY_MS)
UP_10 = replace(SEED, dwell_up_ms=10 * DAY_MS)
TWO = (order("1", T0, 100), order("2", T0, 100))
THREE = (order("1", T0, 20_000), order("2", T0, 20_000), order("3", T0, 20_000))


def ann(*events: Event, policy: Policy, as_of: int = D90 - 1) -> CustomerTimeline:
    return timeline(events, policy, as_of)["ann"]


def path(found: CustomerTimeline) -> list[tuple[int, str | None, dict[str, str]]]:
    """All after the entry."""
    return [(move["effective_at"], move["to"], move["cause"]) for move in found.transitions[1:]]


def test_a_decay_too_soon_after_the_last_move_waits_for_the_end_of_the_stay() -> None:
    found = ann(order("1", T0, 100), policy=DOWN_70, as_of=T0 + 1_000 * DAY_MS)
    held_until = T0 + 13_824_000_001  # 70 days after the move of day 90
    assert path(found) == [
        (D90, "at_risk", {"type": "decay", "due": "recency"}),
        (held_until, "inactive", {"type": "decay", "due": "dwell"}),
    ]
    entry, first, second = found.transitions
    assert (entry["next"], first["next"]) == ({"at": D90, "to": "at_risk"}, {"at": held_until, "to": "inactive"})
    assert (second["before"]["r"], second["after"]["r"]) == (1, 1)


def test_while_she_is_held_her_state_tells_where_she_is_due() -> None:
    before, held, free = (ann(order("1", T0, 100), policy=DOWN_70, as_of=t).state for t in (D150 - 1, D150, D150 + D90))
    assert (before.segment, before.due_segment, before.held_until) == ("at_risk", None, None)
    assert (held.segment, held.due_segment, held.held_until) == ("at_risk", "inactive", T0 + 13_824_000_001)
    assert held.next == {"at": T0 + 13_824_000_001, "to": "inactive"}
    assert (free.segment, free.due_segment, free.held_until) == ("inactive", None, None)


def test_a_held_move_keeps_the_fact_that_raised_it() -> None:
    found = ann(*TWO, refund("r", "2", T0 + 5, 100), policy=DOWN_10)
    assert path(found) == [(D10, "recent", {"type": "refund", "event_id": "r", "due": "dwell"})]
    assert found.transitions[1]["before"]["frequency"] == 1


def test_who_comes_back_while_she_is_held_never_moved() -> None:
    assert path(ann(*TWO, refund("r", "2", T0 + 5, 100), order("3", D10 - 1, 100), policy=DOWN_10)) == []
    at_once = ann(*TWO, refund("r", "2", T0 + 5, 100), order("3", D10, 100), policy=DOWN_10)
    assert path(at_once) == []


def test_what_raised_it_last_is_told() -> None:
    falls = (*THREE, refund("r", "3", T0 + 5, 20_000), cancellation("2", T0 + 9))
    found = ann(*falls, policy=DOWN_10)  # 333, then 322 and 312 while held
    assert path(found) == [(D10, "recent", {"type": "cancellation", "event_id": "c-2", "due": "dwell"})]


def test_a_fact_without_effect_on_the_segment_takes_nothing_from_what_raised_it() -> None:
    falls = (*TWO, refund("r", "2", T0 + 5, 100), refund("z", None, T0 + 9, 1), refund("zz", None, D10, 1))
    assert path(ann(*falls, policy=DOWN_10)) == [(D10, "recent", {"type": "refund", "event_id": "r", "due": "dwell"})]


def test_a_change_at_the_very_instant_of_release_has_its_own_cause() -> None:
    falls = (*THREE, refund("r", "3", T0 + 5, 20_000))
    assert path(ann(*falls, cancellation("2", D10), policy=DOWN_10)) == [
        (D10, "recent", {"type": "cancellation", "event_id": "c-2"})
    ]


def test_every_move_begins_a_new_stay() -> None:
    falls = (*THREE, refund("r", "3", T0 + 5, 20_000), cancellation("2", D10 + 1))
    assert path(ann(*falls, policy=DOWN_10)) == [
        (D10, "loyal", {"type": "refund", "event_id": "r", "due": "dwell"}),
        (D10 + 864_000_000, "recent", {"type": "cancellation", "event_id": "c-2", "due": "dwell"}),
    ]
    rise = (*TWO, order("3", T0 + 9 * DAY_MS, 50_000), cancellation("3", T0 + 9 * DAY_MS + 5))
    assert path(ann(*rise, policy=DOWN_10)) == [
        (T0 + 777_600_000, "champions", {"type": "order", "event_id": "o-3"}),
        (T0 + 1_641_600_000, "loyal", {"type": "cancellation", "event_id": "c-3", "due": "dwell"}),
    ]


def test_a_move_at_the_very_end_of_the_stay_is_not_held() -> None:
    for late, at in ((-1, D10), (0, D10), (1, D10 + 1)):
        (move,) = path(ann(*TWO, refund("r", "2", D10 + late, 100), policy=DOWN_10))
        assert (move[0], "due" in move[2]) == (at, late < 0)


def test_up_has_a_stay_of_its_own() -> None:
    assert path(ann(order("1", T0, 100), order("2", T0 + 5, 100), policy=UP_10)) == [
        (D10, "loyal", {"type": "order", "event_id": "o-2", "due": "dwell"})
    ]
    assert path(ann(*TWO, refund("r", "2", T0 + 5, 100), policy=UP_10))[0][0] == T0 + 5


def test_entry_exit_and_lateral_are_never_held() -> None:
    lost = ann(order("1", T0, 100), cancellation("1", T0 + 1), order("2", T0 + 2, 100), policy=DOWN_10)
    assert [move[0] for move in path(lost)] == [T0 + 1, T0 + 2]
    assert [move[0] for move in path(ann(*TWO, erasure("x", T0 + 1), policy=DOWN_10))] == [T0 + 1]
    level = replace(DOWN_10, ranks={name: 1 for name, _ in SEED.segments}, dwell_up_ms=10 * DAY_MS)
    found = ann(*TWO, refund("r", "2", T0 + 5, 100), policy=level)
    assert path(found) == [(T0 + 5, "recent", {"type": "refund", "event_id": "r"})]
    assert found.transitions[1]["direction"] == "lateral"


def test_new_cut_points_are_held_too_and_stay_the_reason() -> None:
    harder: CutPoints = {
        "version": 1,
        "frozen_at": T0,
        "effective_at": T0 + 7,
        "recency": None,
        "frequency": [2, 3],
        "monetary": None,
    }
    found = timeline(TWO, DOWN_10, D10, [harder])["ann"]
    assert path(found) == [(D10, "recent", {"type": "drift", "due": "dwell"})]


def test_silent_moves_begin_a_stay_as_well() -> None:
    found = ann(*TWO, refund("r", "2", T0 + 5, 100), policy=replace(DOWN_10, silent_until=T0 + 1))
    assert [move["to"] for move in found.silent] == ["loyal"]
    assert [move["effective_at"] for move in found.transitions] == [D10]
