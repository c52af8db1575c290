"""Moves that nobody hears of in, what is published and paid for all that out: numbers written by hand."""

from dataclasses import replace

from .cut_points import CutPoints
from .events import cancellation, engaged, erasure, order
from .orders import Event
from .policy import Policy
from .reward_rules import OnTransition, RewardRule
from .rewards import rewards
from .scales import DAY_MS
from .seed import SEED
from .timeline import CustomerTimeline, timeline

T0 = 1_291_191_960_000
D90 = T0 + 7_776_000_001
THREE = (order("1", T0, 20_000), order("2", T0 + 1, 20_000), order("3", T0 + 2, 20_000))
SOFTER: CutPoints = {
    "version": 1,
    "frozen_at": T0 + 6,
    "effective_at": T0 + 7,
    "recency": None,
    "frequency": [0, 2],
    "monetary": None,
}


def ann(*events: Event, policy: Policy, as_of: int = D90) -> CustomerTimeline:
    return timeline(events, policy, as_of)["ann"]


def until(instant: int) -> Policy:
    return replace(SEED, silent_until=instant)


def test_a_move_before_the_instant_is_silent_and_one_at_it_is_published() -> None:
    found = ann(*THREE, policy=until(T0 + 2), as_of=T0 + 2)
    assert [(move["sequence"], move["to"]) for move in found.silent] == [(0, "recent"), (0, "loyal")]
    assert [(move["sequence"], move["from"], move["to"]) for move in found.transitions] == [(1, "loyal", "champions")]


def test_silence_changes_nothing_of_where_she_stands() -> None:
    loud, silent = ann(*THREE, policy=SEED), ann(*THREE, policy=until(T0 + 2))
    assert (silent.state, silent.known) == (loud.state, loud.known)
    stripped = [{**move, "sequence": 0} for move in (*silent.silent, *silent.transitions)]
    assert stripped == [{**move, "sequence": 0} for move in loud.transitions]


def test_the_sequence_of_two_lives_counts_what_is_published() -> None:
    found = ann(*THREE, erasure("x", T0 + 5), order("4", T0 + 9, 100), policy=until(T0 + 2), as_of=T0 + 9)
    assert [(move["sequence"], move["to"]) for move in found.transitions] == [
        (1, "champions"),
        (2, None),
        (3, "recent"),
    ]


def test_history_before_the_instant_pays_nothing() -> None:
    review = engaged("e", T0 + 1, rating=5)
    assert [(one.rule, one.effective_at) for one in rewards([*THREE, review], until(T0 + 2), D90)] == [
        ("champion-gift", T0 + 2)
    ]
    assert rewards([*THREE, review], until(T0 + 3), D90) == []
    assert len(rewards([*THREE, review], until(T0), D90)) == 3
    again = (cancellation("3", T0 + 9), order("4", T0 + 10, 20_000))
    assert [(one.rule, one.outcome) for one in rewards([*THREE, *again], until(T0 + 3), D90)] == [
        ("champion-gift", "granted")
    ]


def test_drift_pays_only_whom_names_it_and_never_in_silence() -> None:
    def paid(rule: OnTransition, policy: Policy = SEED) -> list[tuple[int, str]]:
        under = replace(policy, rewards=(RewardRule("moved", rule, give={}),))
        found = rewards([order("1", T0, 13_912)], under, D90, [SOFTER])
        return [(one.effective_at, one.cause["type"]) for one in found]

    assert paid(OnTransition()) == [(T0, "order"), (D90, "decay")]
    assert paid(OnTransition(direction="up")) == []
    assert paid(OnTransition(causes=("drift",))) == [(T0 + 7, "drift")]
    assert paid(OnTransition(causes=("drift",)), replace(SEED, drift_silent=True)) == []


def test_a_move_that_a_stay_held_pays_for_what_raised_it() -> None:
    held = replace(SEED, dwell_up_ms=10 * DAY_MS)
    found = rewards(THREE, held, D90)
    gift = next(one for one in found if one.rule == "champion-gift")
    assert (gift.effective_at, gift.cause) == (T0 + 864_000_000, {"type": "order", "event_id": "o-3", "due": "dwell"})
