"""Announced leads in, what is announced and what is taken back out: numbers written by hand."""

from dataclasses import replace
from typing import Any

import pytest

from .brinks import brinks
from .cut_points import CutPoints
from .events import cancellation, engaged, erasure, order, refund
from .orders import Event
from .policy import Policy
from .scales import DAY_MS
from .seed import SEED
from .segment_rules import Rule, When

T0 = 1_291_191_960_000
D90, D150 = T0 + 7_776_000_001, T0 + 12_960_000_001
DAYS_14, DAYS_3 = 1_209_600_000, 259_200_000
LEADS = replace(SEED, brink_ms=(14 * DAY_MS, 3 * DAY_MS))
FIRST = order("1", T0, 13_912)


def ann(
    *events: Event, policy: Policy = LEADS, as_of: int = T0 + 120 * DAY_MS, cut_points: list[CutPoints] | None = None
) -> list[dict[str, Any]]:
    return brinks(events, policy, as_of, cut_points or [])["ann"]


def short(found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(one["effective_at"], one.get("lead_ms", "cleared"), one["due_at"], one["to"]) for one in found]


ANNOUNCED = [
    (T0 + 6_566_400_001, DAYS_14, D90, "at_risk"),
    (T0 + 7_516_800_001, DAYS_3, D90, "at_risk"),
]


def test_every_lead_of_every_move_down_is_announced() -> None:
    found = ann(FIRST, as_of=T0 + 1_000 * DAY_MS)
    assert short(found) == [
        *ANNOUNCED,
        (T0 + 11_750_400_001, DAYS_14, D150, "inactive"),
        (T0 + 12_700_800_001, DAYS_3, D150, "inactive"),
    ]
    assert found[0] == {
        "customer_id": "ann",
        "cut_points_version": 0,
        "due_at": D90,
        "effective_at": T0 + 6_566_400_001,
        "from": "recent",
        "from_rank": 3,
        "lead_ms": DAYS_14,
        "measures": {
            "recency_ms": 6_566_400_001,
            "frequency": 1,
            "monetary_minor": 13_912,
            "average_order_minor": 13_912,
            "tenure_ms": 6_566_400_001,
            "r": 3,
            "f": 1,
            "m": 2,
        },
        "to": "at_risk",
        "to_rank": 5,
    }
    assert ann(FIRST, as_of=T0 + 7_516_800_000) == found[:1]
    assert ann(FIRST, as_of=T0 + 7_516_800_001) == found[:2]
    assert ann(FIRST, policy=SEED) == []


def test_an_order_saves_her_and_arms_anew() -> None:
    saved = T0 + 87 * DAY_MS  # the lead of 3 days would come one millisecond later
    found = ann(FIRST, order("2", saved, 100))
    assert short(found) == [ANNOUNCED[0], (T0 + 7_516_800_000, "cleared", D90, "at_risk")]
    assert found[1] == {
        "customer_id": "ann",
        "cause": {"type": "order", "event_id": "o-2"},
        "due_at": D90,
        "effective_at": T0 + 7_516_800_000,
        "from": "recent",
        "next": {"at": T0 + 7_516_800_000 + 7_776_000_001, "to": "recent"},
        "to": "at_risk",
    }
    later = ann(FIRST, order("2", saved, 100), as_of=T0 + 164 * DAY_MS)
    assert short(later)[2:] == [(T0 + 14_083_200_001, DAYS_14, T0 + 15_292_800_001, "recent")]


def test_a_fact_at_the_instant_of_a_lead_comes_first() -> None:
    saved = T0 + 76 * DAY_MS + 1  # exactly 14 days before day 90 is over
    assert short(ann(FIRST, order("2", saved, 100))) == []
    assert short(ann(FIRST, order("2", saved + 1, 100)))[1] == (saved + 1, "cleared", D90, "at_risk")
    assert short(ann(FIRST, refund("r", None, saved, 1), as_of=D90)) == ANNOUNCED


def test_what_was_not_announced_is_not_cleared() -> None:
    assert short(ann(FIRST, order("2", T0 + 50 * DAY_MS, 100))) == []


def test_a_lead_that_is_past_at_arming_is_skipped_and_one_exactly_then_is_not() -> None:
    for lead, announced in ((7_776_000_002, []), (7_776_000_001, [T0]), (7_776_000_000, [T0 + 1])):
        found = ann(FIRST, policy=replace(SEED, brink_ms=(lead,)), as_of=D90)
        assert [one["effective_at"] for one in found] == announced


@pytest.mark.parametrize("ineffective", [[], [refund("r", None, D90, 1)], [order("2", D90, 0)]])
def test_the_move_that_was_announced_clears_nothing(ineffective: list[Event]) -> None:
    assert short(ann(FIRST, *ineffective, as_of=D90)) == ANNOUNCED


def test_a_move_that_comes_earlier_or_elsewhere_clears() -> None:
    earlier = ann(FIRST, cancellation("1", D90 - 1), as_of=D90)
    assert short(earlier)[2:] == [(D90 - 1, "cleared", D90, "at_risk")]
    assert (earlier[2]["cause"], earlier[2]["next"]) == ({"type": "cancellation", "event_id": "c-1"}, None)
    elsewhere = ann(FIRST, order("2", D90, 40_000), refund("r", None, D90, 1), as_of=D90)
    assert short(elsewhere)[2:] == [(D90, "cleared", D90, "at_risk")]
    assert (elsewhere[2]["cause"], elsewhere[2]["next"]) == (
        {"type": "order", "event_id": "o-2"},
        {"at": D90 + 7_776_000_001, "to": "recent"},  # 323 is due for 223
    )


def test_another_target_at_the_same_instant_clears_and_is_announced_anew() -> None:
    returned = T0 + 80 * DAY_MS  # 312 -> 311: due is 211 as before, at_risk; 321 -> 221
    assert short(ann(FIRST, refund("r", "1", returned, 4_000), as_of=D90)) == ANNOUNCED
    twice = (order("1", T0, 13_912), order("2", T0, 100), refund("r", "2", returned, 100))
    found = ann(*twice, as_of=D90)
    assert short(found) == [  # 322 is due for 222, 312 for 212
        (T0 + 6_566_400_001, DAYS_14, D90, "recent"),
        (T0 + 6_912_000_000, "cleared", D90, "recent"),
        (T0 + 7_516_800_001, DAYS_3, D90, "at_risk"),
    ]
    assert (found[1]["from"], found[1]["next"]) == ("loyal", {"at": D90, "to": "at_risk"})


def test_an_erasure_clears_what_was_announced() -> None:
    found = ann(FIRST, erasure("x", T0 + 80 * DAY_MS), order("2", T0 + 81 * DAY_MS, 100))
    assert short(found) == [ANNOUNCED[0], (T0 + 6_912_000_000, "cleared", D90, "at_risk")]
    assert (found[1]["cause"], found[1]["next"]) == ({"type": "erasure", "event_id": "x"}, None)
    assert short(ann(FIRST, erasure("x", T0 + 76 * DAY_MS + 1))) == []
    at_once = replace(SEED, brink_ms=(7_776_000_001,))  # announced with her order; the erasure comes behind its move
    assert short(ann(FIRST, erasure("x", T0), policy=at_once)) == [
        (T0, 7_776_000_001, D90, "at_risk"),
        (T0 + 1, "cleared", D90, "at_risk"),
    ]


def test_new_cut_points_clear_as_well() -> None:
    at = T0 + 80 * DAY_MS
    softer: CutPoints = {
        "version": 1,
        "frozen_at": at - 1,
        "effective_at": at,
        "recency": None,
        "frequency": None,
        "monetary": [5_000, 10_000],
    }
    found = ann(FIRST, cut_points=[softer], as_of=D90)  # 312 -> 313, both recent; due is 213 instead of 212
    assert short(found) == [
        ANNOUNCED[0],
        (at, "cleared", D90, "at_risk"),
        (T0 + 7_516_800_001, DAYS_3, D90, "needs_attention"),
    ]
    assert (found[1]["cause"], found[1]["next"]) == ({"type": "drift"}, {"at": D90, "to": "needs_attention"})
    assert [one.get("cut_points_version") for one in found] == [0, None, 1]


def test_a_move_that_is_held_is_due_when_the_stay_ends() -> None:
    held = replace(LEADS, dwell_down_ms=70 * DAY_MS)
    due = T0 + 13_824_000_001
    assert short(ann(FIRST, policy=held, as_of=due))[2:] == [
        (due - DAYS_14, DAYS_14, due, "inactive"),
        (due - DAYS_3, DAYS_3, due, "inactive"),
    ]


def test_a_move_up_is_not_announced() -> None:
    rules = (Rule("old", when=When(tenure=(20 * DAY_MS, None))), Rule("young"))
    assert ann(FIRST, policy=replace(LEADS, rules=rules)) == []


def test_silent_moves_arm_and_leads_before_the_end_of_silence_are_not_announced() -> None:
    for silent_until, left in (
        (T0 + 1, ANNOUNCED),
        (T0 + 6_566_400_001, ANNOUNCED),
        (T0 + 6_566_400_002, ANNOUNCED[1:]),
    ):
        assert short(ann(FIRST, policy=replace(LEADS, silent_until=silent_until), as_of=D90)) == left
    unheard = replace(LEADS, silent_until=T0 + 6_566_400_002)
    assert short(ann(FIRST, order("2", T0 + 80 * DAY_MS, 100), policy=unheard)) == []


def test_the_last_fact_explains_a_clearing_without_a_move() -> None:
    at = T0 + 80 * DAY_MS
    facts = (FIRST, order("2", at, 0), engaged("e", at, "site_visited"), order("3", at, 100), order("4", at, 40_000))
    policy = replace(LEADS, segments=(("all", ("311", "312", "313", "321", "322", "323", "331", "332", "333")),),
                     otherwise="rest")  # fmt: skip
    found = ann(*facts, policy=policy)
    assert found[1]["cause"] == {"type": "order", "event_id": "o-4"}
