"""Histories in, every change of a score out: numbers written by hand."""

from .cut_points import CutPoints
from .events import cancellation, erasure, order, refund
from .measures import Measures
from .orders import Event
from .score_changes import ScoreChange, score_changes
from .seed import SEED

T0 = 1_291_191_960_000
D90, D150 = T0 + 7_776_000_001, T0 + 12_960_000_001
FIRST = order("1", T0, 13_912)


def ann(*events: Event, as_of: int = D150, cut_points: list[CutPoints] | None = None) -> list[ScoreChange]:
    return score_changes(events, SEED, as_of, cut_points or [])["ann"]


def short(found: list[ScoreChange]) -> list[tuple[int, str, str, str | None, dict[str, str]]]:
    return [
        (one["effective_at"], _cell(one["before"]), _cell(one["after"]), one["segment"], one["cause"]) for one in found
    ]


def _cell(measures: Measures) -> str:
    return "".join(str(digit or "-") for digit in (measures["r"], measures["f"], measures["m"]))


def test_every_change_of_a_score_is_told_with_what_stood_before_and_after() -> None:
    found = ann(FIRST)
    assert short(found) == [
        (T0, "---", "312", "recent", {"type": "order", "event_id": "o-1"}),
        (D90, "312", "212", "at_risk", {"type": "decay", "due": "recency"}),
        (D150, "212", "112", "inactive", {"type": "decay", "due": "recency"}),
    ]
    assert (found[1]["before"]["recency_ms"], found[1]["after"]["recency_ms"]) == (7_776_000_000, 7_776_000_001)
    assert found[1]["cut_points_version"] == 0
    assert ann(FIRST, as_of=D90 - 1) == found[:1]


def test_a_score_may_change_where_the_segment_does_not() -> None:
    found = short(ann(FIRST, refund("r", "1", T0 + 5, 4_000), as_of=T0 + 5))
    assert found[1] == (T0 + 5, "312", "311", "recent", {"type": "refund", "event_id": "r"})
    assert len(ann(FIRST, refund("r", "1", T0 + 5, 1), as_of=T0 + 5)) == 1


def test_new_cut_points_change_scores() -> None:
    harder: CutPoints = {
        "version": 1,
        "frozen_at": T0 + 6,
        "effective_at": T0 + 7,
        "recency": None,
        "frequency": None,
        "monetary": [20_000, 50_000],
    }
    found = ann(FIRST, as_of=T0 + 7, cut_points=[harder])
    assert short(found)[1] == (T0 + 7, "312", "311", "recent", {"type": "drift"})
    assert [one["cut_points_version"] for one in found] == [0, 1]


def test_losing_the_last_order_and_an_erasure_end_her_scores() -> None:
    lost = short(ann(FIRST, cancellation("1", T0 + 9), erasure("x", T0 + 10)))
    assert lost[1:] == [(T0 + 9, "312", "---", None, {"type": "cancellation", "event_id": "c-1"})]
    erased = short(ann(FIRST, erasure("x", T0 + 10)))
    assert erased[1:] == [(T0 + 10, "312", "---", None, {"type": "erasure", "event_id": "x"})]
