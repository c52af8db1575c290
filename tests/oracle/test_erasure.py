"""Hand-computed histories with an erasure in, the oracle's timelines held against them."""

from .compare import compare
from .events import cancellation, engaged, erasure, order, profile, refund
from .measures import Measures
from .orders import Event
from .scales import DAY_MS
from .seed import SEED
from .timeline import CustomerTimeline, timeline
from .transitions import Transition

T0 = 1_291_191_960_000
NEVER = T0 + 10_000 * DAY_MS
D90 = T0 + 90 * DAY_MS + 1
NOTHING: Measures = {
    "recency_ms": None,
    "frequency": 0,
    "monetary_minor": 0,
    "average_order_minor": None,
    "tenure_ms": None,
    "r": None,
    "f": None,
    "m": None,
}


def ann(*events: Event, as_of: int = NEVER) -> CustomerTimeline:
    return timeline(events, SEED, as_of)["ann"]


def path(found: CustomerTimeline) -> list[tuple[int, int, str | None, str]]:
    moves = found.transitions
    return [(move["sequence"], move["effective_at"], move["to"], move["cause"]["type"]) for move in moves]


def test_an_erasure_is_an_exit_with_every_field() -> None:
    found = ann(order("1", T0, 13_912), erasure("x", T0 + 7))
    last: Transition = {
        "customer_id": "ann",
        "sequence": 2,
        "from": "recent",
        "to": None,
        "from_rank": 3,
        "to_rank": None,
        "direction": "exit",
        "cause": {"type": "erasure", "event_id": "x"},
        "before": {
            "recency_ms": 6,
            "frequency": 1,
            "monetary_minor": 13_912,
            "average_order_minor": 13_912,
            "tenure_ms": 6,
            "r": 3,
            "f": 1,
            "m": 2,
        },
        "after": NOTHING,
        "cut_points_version": 0,
        "effective_at": T0 + 7,
        "next": None,
    }
    assert found.transitions[1:] == (last,)
    assert (found.known, found.state.segment, found.state.measures, found.state.next) == (False, None, NOTHING, None)


def test_whoever_has_no_segment_leaves_without_a_transition() -> None:
    assert path(ann(engaged("e", T0), erasure("x", T0 + 1))) == []
    lost = ann(order("1", T0, 100), cancellation("1", T0 + 1), erasure("x", T0 + 2))
    assert path(lost) == [(1, T0, "recent", "order"), (2, T0 + 1, None, "cancellation")]
    assert not lost.known


def test_what_occurred_before_an_erasure_never_comes_back() -> None:
    placed = order("1", T0, 100)
    erased = ann(placed, erasure("x", T0 + 9))
    late = (placed, order("2", T0 + 8, 100), refund("r", None, T0 + 8, 1), engaged("e", T0 + 8), profile("p", T0))
    assert ann(placed, erasure("x", T0 + 9), *late) == erased
    assert timeline([erasure("x", T0 + 9), *late], SEED, NEVER) == {}


def test_a_fact_at_the_instant_of_the_erasure_begins_a_new_life() -> None:
    again = ann(order("1", T0, 100), order("2", T0, 100), erasure("x", T0 + 9), order("1", T0 + 9, 50), as_of=D90)
    assert path(again) == [
        (1, T0, "loyal", "order"),
        (2, T0 + 9, None, "erasure"),
        (3, T0 + 9, "recent", "order"),
    ]
    assert (again.state.frequency, again.state.monetary_minor, again.state.oldest_order_at) == (1, 50, T0 + 9)
    assert again.known
    assert again.transitions[2]["before"] == NOTHING


def test_a_refund_that_waits_for_its_order_is_forgotten_too() -> None:
    found = ann(refund("r", "1", T0, 40), erasure("x", T0 + 1), order("1", T0 + 2, 100), as_of=T0 + 2)
    assert found.state.monetary_minor == 100


def test_a_decay_due_before_the_erasure_comes_first_and_one_due_then_does_not() -> None:
    placed = order("1", T0, 100)
    assert path(ann(placed, erasure("x", D90 + 1)))[1:] == [
        (2, D90, "at_risk", "decay"),
        (3, D90 + 1, None, "erasure"),
    ]
    at_once = ann(placed, erasure("x", D90))
    assert path(at_once)[1:] == [(2, D90, None, "erasure")]
    assert (at_once.transitions[1]["from"], at_once.transitions[1]["before"]["r"]) == ("recent", 3)


def test_an_erasure_that_comes_late_takes_effect_at_the_instant_reached_or_behind_its_move() -> None:
    facts = (order("1", T0, 100), order("2", T0 + 9, 100))
    assert path(ann(*facts, erasure("x", T0 + 4)))[1:] == [(2, T0 + 9, "loyal", "order"), (3, T0 + 10, None, "erasure")]
    beyond = ann(order("1", T0, 100), order("2", D90 + 5, 0), erasure("x", T0 + 4))
    assert path(beyond)[1:] == [(2, D90, "at_risk", "decay"), (3, D90 + 5, None, "erasure")]
    assert path(ann(order("1", T0, 100), engaged("e", T0 + 6), erasure("x", T0 + 4)))[1:] == [
        (2, T0 + 4, None, "erasure")
    ], "engagement that can change no segment moves no instant"


def test_what_waits_ahead_of_the_clock_is_forgotten_without_having_acted() -> None:
    ahead = (order("1", T0, 100), order("2", T0 + 50, 100))
    found = ann(*ahead, erasure("x", T0 + 4, recorded_at=T0 + 10))
    assert path(found) == [(1, T0, "recent", "order"), (2, T0 + 4, None, "erasure")]


def test_a_second_erasure_counts_only_if_it_is_newer_and_another() -> None:
    life = (order("1", T0, 100), erasure("x", T0 + 5), order("2", T0 + 6, 100))
    once = ann(*life, as_of=T0 + 9)
    for repeated in (erasure("x", T0 + 5), erasure("x", T0 + 9), erasure("y", T0 + 5), erasure("y", T0 + 4)):
        assert ann(*life, repeated, as_of=T0 + 9) == once
    twice = ann(*life, erasure("y", T0 + 9))
    assert path(twice)[2:] == [(3, T0 + 6, "recent", "order"), (4, T0 + 9, None, "erasure")]
    assert ann(*life, erasure("y", T0 + 4), erasure("y", T0 + 9)) == twice


def test_as_of_before_the_erasure_still_shows_the_life_before_it() -> None:
    events = (order("1", T0, 100), erasure("x", T0 + 5), order("2", T0 + 8, 900))
    before, gone, again = (ann(*events, as_of=T0 + n) for n in (4, 5, 8))
    assert (before.known, before.state.segment, len(before.transitions)) == (True, "recent", 1)
    assert (gone.state.segment, len(gone.transitions)) == (None, 2)
    assert (again.state.monetary_minor, len(again.transitions)) == (900, 3)


def test_a_true_publication_of_two_lives_differs_in_nothing() -> None:
    found = timeline([order("1", T0, 100), erasure("x", T0), order("1", T0 + 2, 100)], SEED, T0 + 2)
    moves = found["ann"].transitions
    told = [("segment.transitioned", {**move, "transition_id": f"{move['from']} {move['to']}"}) for move in moves]
    assert path(found["ann"]) == [
        (1, T0, "recent", "order"),
        (2, T0 + 1, None, "erasure"),
        (3, T0 + 2, "recent", "order"),
    ]
    assert compare(told, found) == []
    assert compare(told[:2], found) == [f"customer 'ann': missing None -> recent at {T0 + 2}"]
    assert compare([*told, ("segment.transitioned", {**told[2][1], "sequence": 4})], found) != []


def test_an_erasure_that_comes_late_exits_one_millisecond_behind_a_move_of_the_instant_reached() -> None:
    found = ann(order("1", T0, 13_912), erasure("x", T0 - 5), as_of=T0)
    assert path(found) == [(1, T0, "recent", "order"), (2, T0 + 1, None, "erasure")]
    assert found.transitions[-1]["before"]["recency_ms"] == 0
