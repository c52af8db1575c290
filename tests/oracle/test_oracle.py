"""Hand-computed histories in, the oracle's timelines held against them."""

from dataclasses import replace

from .events import cancellation, money, order, refund
from .measures import Measures
from .orders import Event
from .policy import Policy
from .scales import DAY_MS, at_least, cuts
from .seed import SEED
from .timeline import CustomerTimeline, timeline
from .transitions import Transition

T0 = 1_291_191_960_000  # 2010-12-01T08:26:00Z
NEVER = T0 + 10_000 * DAY_MS
D90, D150 = T0 + 90 * DAY_MS + 1, T0 + 150 * DAY_MS + 1
DECAY = {"type": "decay", "due": "recency"}


def ann(*events: Event, as_of: int = NEVER, policy: Policy = SEED) -> CustomerTimeline:
    return timeline(events, policy, as_of)["ann"]


def path(found: CustomerTimeline) -> list[tuple[int, str | None, dict[str, str]]]:
    return [(move["effective_at"], move["to"], move["cause"]) for move in found.transitions]


def by(kind: str, event_id: str) -> dict[str, str]:
    return {"type": kind, "event_id": event_id}


def measured(age_ms: int | None, frequency: int, minor: int, average: int | None, scores: str) -> Measures:
    """Of a customer whose oldest order is her newest."""
    r, f, m = (int(score) for score in scores) if scores else (None, None, None)
    return {
        "recency_ms": age_ms,
        "frequency": frequency,
        "monetary_minor": minor,
        "average_order_minor": average,
        "tenure_ms": age_ms,
        "r": r,
        "f": f,
        "m": m,
    }


def test_the_first_order_is_an_entry_with_every_field() -> None:
    first: Transition = {
        "customer_id": "ann",
        "sequence": 1,
        "from": None,
        "to": "recent",
        "from_rank": None,
        "to_rank": 3,
        "direction": "entry",
        "cause": by("order", "o-1"),
        "before": measured(None, 0, 0, None, ""),
        "after": measured(0, 1, 13_912, 13_912, "312"),
        "cut_points_version": 0,
        "effective_at": T0,
        "next": {"at": D90, "to": "at_risk"},
    }
    assert ann(order("1", "2010-12-01T08:26:00Z", 13_912), as_of=T0).transitions == (first,)
    assert ann(order("1", "2010-12-01T08:26:00Z", 13_912), as_of=T0 - 1).transitions == ()


def test_silence_decays_one_millisecond_after_each_bound() -> None:
    found = ann(order("1", T0, 13_912))
    assert path(found) == [
        (T0, "recent", by("order", "o-1")),
        (D90, "at_risk", DECAY),
        (D150, "inactive", DECAY),
    ]
    down = found.transitions[1]
    assert (down["direction"], down["from_rank"], down["to_rank"]) == ("down", 3, 5)
    assert down["before"] == measured(90 * DAY_MS, 1, 13_912, 13_912, "312")
    assert down["after"]["recency_ms"] == 90 * DAY_MS + 1
    assert down["next"] == {"at": D150, "to": "inactive"}
    assert found.transitions[2]["next"] is None
    assert [move["sequence"] for move in found.transitions] == [1, 2, 3]
    assert ann(order("1", T0, 13_912), as_of=D150 - 1).transitions == found.transitions[:2]


def test_orders_move_up() -> None:
    found = ann(order("1", T0, 9_999), order("2", T0 + 5, 1), order("3", T0 + 9, 40_001), as_of=T0 + 9)
    assert path(found) == [
        (T0, "recent", by("order", "o-1")),  # 311
        (T0 + 5, "loyal", by("order", "o-2")),  # 321: 100.00 is not more than 100.00
        (T0 + 9, "champions", by("order", "o-3")),  # 333
    ]
    last = found.transitions[2]
    assert (last["direction"], last["after"]["average_order_minor"]) == ("up", 16_667)
    assert (last["before"]["recency_ms"], last["before"]["tenure_ms"]) == (3, 8)
    assert (last["after"]["recency_ms"], last["after"]["tenure_ms"]) == (0, 9)


def test_an_order_at_the_instant_of_the_decay_saves_the_customer() -> None:
    twice = (order("1", T0, 100), order("2", T0, 100))
    assert [to for _, to, _ in path(ann(*twice, as_of=D90))] == ["loyal", "needs_attention"]
    assert [to for _, to, _ in path(ann(*twice, order("3", D90, 100), as_of=D90))] == ["loyal"]
    late = path(ann(*twice, order("3", D90 + 1, 100), as_of=D90 + 1))
    assert late[1:] == [(D90, "needs_attention", DECAY), (D90 + 1, "loyal", by("order", "o-3"))]


def test_any_fact_at_the_instant_of_the_decay_is_its_cause() -> None:
    for ineffective in (order("2", D90, 0), refund("r", None, D90, 0), refund("r", "1", D90, 0)):
        found = ann(order("1", T0, 100), ineffective, as_of=D90)
        assert path(found)[1][:2] == (D90, "at_risk")
        assert found.transitions[1]["cause"]["event_id"] == ineffective["event_id"]
    no_fact = refund("r", "1", D90, 0, amount=money(1, "EUR"))
    for silent in (no_fact, refund("r", "9", D90, 1), cancellation("9", D90)):
        assert path(ann(order("1", T0, 100), silent, as_of=D90))[1] == (D90, "at_risk", DECAY)


def test_a_free_refund_lowers_monetary_and_later_orders_pay_the_debt() -> None:
    found = ann(order("1", T0, 10_001), refund("r", None, T0 + 1, 30_000), order("2", T0 + 2, 20_000), as_of=T0 + 2)
    assert path(found) == [(T0, "recent", by("order", "o-1")), (T0 + 2, "loyal", by("order", "o-2"))]
    assert found.transitions[1]["before"] == measured(1, 1, 0, 0, "311")
    assert (found.state.signed_sum_minor, found.state.monetary_minor) == (1, 1)
    indebted = ann(order("1", T0, 10_001), refund("r", None, T0 + 1, 30_000), as_of=T0 + 1).state
    assert (indebted.signed_sum_minor, indebted.monetary_minor) == (-19_999, 0)


def test_cancelling_the_newest_order_restores_the_older_recency() -> None:
    found = ann(order("1", T0, 100), order("2", T0 + 100 * DAY_MS, 100), cancellation("2", T0 + 101 * DAY_MS))
    assert path(found) == [
        (T0, "recent", by("order", "o-1")),
        (D90, "at_risk", DECAY),
        (T0 + 100 * DAY_MS, "loyal", by("order", "o-2")),
        (T0 + 101 * DAY_MS, "at_risk", by("cancellation", "c-2")),
        (D150, "inactive", DECAY),
    ]
    assert found.transitions[3]["after"] == measured(101 * DAY_MS, 1, 100, 100, "211")


def test_losing_the_only_order_is_an_exit() -> None:
    for lost in (cancellation("1", T0 + 7), refund("r", "1", T0 + 7, 100)):
        found = ann(order("1", T0, 100), lost)
        last = found.transitions[-1]
        assert (len(found.transitions), last["to"], last["to_rank"], last["direction"]) == (2, None, None, "exit")
        assert last["cause"]["event_id"] == lost["event_id"]
        assert (last["after"], last["next"]) == (measured(None, 0, 0, None, ""), None)
        assert (found.state.segment, found.state.newest_order_at, found.state.next) == (None, None, None)


def test_facts_of_one_millisecond_make_one_transition() -> None:
    up = ann(order("1", T0, 100), order("2", T0, 100), refund("z", "2", T0, 50), as_of=T0)
    assert path(up) == [(T0, "loyal", by("order", "o-2"))]
    down = ann(
        order("1", T0, 100), order("2", T0, 100), order("3", T0, 100),
        order("4", T0 + 5, 1), cancellation("2", T0 + 5), refund("a", "3", T0 + 5, 100), cancellation("1", T0 + 5),
        as_of=T0 + 5,
    )  # fmt: skip
    assert path(down)[1:] == [(T0 + 5, "recent", by("cancellation", "c-2"))]
    later = ann(order("1", T0, 100), order("2", T0 + 5, 100), refund("z", None, T0 + 5, 50), as_of=T0 + 5)
    assert path(later)[1:] == [(T0 + 5, "loyal", by("order", "o-2"))]
    lost = (cancellation("1", T0 + 5), order("2", T0 + 5, 100), cancellation("2", T0 + 5))
    assert path(ann(order("1", T0, 100), *lost))[1:] == [(T0 + 5, None, by("cancellation", "c-2"))]
    assert ann(order("1", T0, 100), cancellation("1", T0)).transitions == ()


def test_what_came_before_its_order_explains_a_move_at_the_instant_of_the_order() -> None:
    facts = (order("1", T0, 100), refund("z", "2", T0 + 3, 100), order("2", D90, 100))
    assert path(ann(*facts, as_of=D90))[1:] == [(D90, "at_risk", by("refund", "z"))]
    last = cancellation("2", D90)
    assert path(ann(*facts, last, as_of=D90))[1:] == [(D90, "at_risk", by("cancellation", "c-2"))]


def test_thresholds_are_reached_and_cut_points_exceeded() -> None:
    assert [at_least(2, 3).score(x) for x in (1, 2, 3)] == [1, 2, 3]
    assert [cuts(1, 2).score(x) for x in (1, 2, 3)] == [1, 2, 3]
    assert [cuts(10_000, 50_000).score(x) for x in (10_000, 10_001, 50_000, 50_001)] == [1, 2, 2, 3]
    assert len({cell for _, cells in SEED.segments for cell in cells}) == 27
    assert replace(SEED, segments=SEED.segments[:1], otherwise="rest").rank("rest") == 2
