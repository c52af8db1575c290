"""Orders that leave the window in, what is left of them out: numbers written by hand."""

from dataclasses import replace

from .events import cancellation, order, refund
from .orders import Event
from .policy import Policy
from .scales import DAY_MS, at_least
from .segment_rules import Rule, When
from .timeline import CustomerTimeline, timeline

T0 = 1_291_191_960_000
W10 = 10 * DAY_MS
OFTEN = Policy(
    id="often",
    version=1,
    currency="GBP",
    segments=(("often", ("2",)), ("seldom", ("1",))),
    frequency=at_least(2),
    window_ms=W10,
)
RICH = replace(OFTEN, segments=(("rich", ("2",)), ("poor", ("1",))), frequency=None, monetary_minor=at_least(100))
WINDOW = {"type": "decay", "due": "window"}


def ann(*events: Event, as_of: int = T0 + 100 * DAY_MS, policy: Policy = OFTEN) -> CustomerTimeline:
    return timeline(events, policy, as_of)["ann"]


def path(found: CustomerTimeline) -> list[tuple[int, str | None, dict[str, str]]]:
    return [(move["effective_at"], move["to"], move["cause"]) for move in found.transitions[1:]]


def test_an_order_leaves_one_millisecond_after_the_window() -> None:
    found = ann(order("1", T0, 30), order("2", T0 + 4 * DAY_MS, 51))
    assert path(found) == [
        (T0 + 345_600_000, "often", {"type": "order", "event_id": "o-2"}),
        (T0 + 864_000_001, "seldom", WINDOW),
    ]
    up, down = found.transitions[1:]
    assert up["next"] == {"at": T0 + 864_000_001, "to": "seldom"}
    assert down["before"] == {
        "recency_ms": 518_400_000,
        "frequency": 2,
        "monetary_minor": 81,
        "average_order_minor": 40,
        "tenure_ms": 864_000_000,
        "r": None,
        "f": 2,
        "m": None,
    }
    assert down["after"] == {
        "recency_ms": 518_400_001,
        "frequency": 1,
        "monetary_minor": 51,
        "average_order_minor": 51,
        "tenure_ms": 864_000_001,
        "r": None,
        "f": 1,
        "m": None,
    }


def test_whose_orders_all_left_keeps_a_segment_with_nothing_to_count() -> None:
    state = ann(order("1", T0, 30), as_of=T0 + 864_000_001).state
    assert (state.segment, state.frequency, state.monetary_minor, state.known_orders) == ("seldom", 0, 0, 0)
    assert (state.measures["recency_ms"], state.measures["tenure_ms"]) == (864_000_001, 864_000_001)
    assert (state.measures["average_order_minor"], state.measures["f"]) == (None, 1)
    assert ann(order("1", T0, 30), as_of=T0 + 864_000_000).state.frequency == 1


def test_a_free_refund_leaves_with_its_own_instant_and_may_lift_her() -> None:
    placed, debt = order("1", T0 + 5 * DAY_MS, 120), refund("r", None, T0 + 1, 60)
    assert path(ann(placed, debt, policy=RICH)) == [
        (T0 + 1 + 864_000_001, "rich", WINDOW),
        (T0 + 432_000_000 + 864_000_001, "poor", WINDOW),
    ]


def test_a_refund_of_an_order_leaves_with_the_order() -> None:
    facts = (order("1", T0, 150), refund("r", "1", T0 + 3 * DAY_MS, 20), order("2", T0 + 8 * DAY_MS, 90))
    assert path(ann(*facts, policy=RICH)) == [(T0 + 864_000_001, "poor", WINDOW)]
    before, after = (ann(*facts, policy=RICH, as_of=T0 + at).state for at in (864_000_000, 864_000_001))
    assert (before.monetary_minor, after.monetary_minor) == (220, 90)


def test_a_debt_outlives_the_order_that_paid_it() -> None:
    facts = (order("1", T0, 50), refund("r", None, T0 + 9, 80))
    assert ann(*facts, policy=RICH, as_of=T0 + 864_000_001).state.signed_sum_minor == -80
    assert ann(*facts, policy=RICH, as_of=T0 + 864_000_010).state.signed_sum_minor == 0


def test_what_is_cancelled_after_it_left_moves_nothing_but_recency() -> None:
    facts = (order("1", T0, 50), order("2", T0 + 5, 50), cancellation("2", T0 + 20 * DAY_MS))
    found = ann(*facts, as_of=T0 + 20 * DAY_MS)
    assert path(found) == [
        (T0 + 5, "often", {"type": "order", "event_id": "o-2"}),
        (T0 + 864_000_001, "seldom", WINDOW),
    ]
    assert (found.state.frequency, found.state.newest_order_at) == (0, T0)
    assert path(ann(order("1", T0, 50), cancellation("1", T0 + 20 * DAY_MS)))[-1][:2] == (T0 + 1_728_000_000, None)


def test_a_late_placed_order_counts_only_while_it_is_inside() -> None:
    waiting = (refund("r", "1", T0, 150), order("1", T0 + 5, 400))
    assert ann(*waiting, policy=RICH, as_of=T0 + 5).state.monetary_minor == 250
    assert path(ann(*waiting, policy=RICH)) == [(T0 + 5 + 864_000_001, "poor", WINDOW)]


def test_what_left_by_cancellation_does_not_leave_again() -> None:
    rules = (Rule("young", when=When(tenure=(None, 8))), Rule("old"))
    facts = (order("1", T0, 50), order("2", T0 + 3, 50), cancellation("2", T0 + 4))
    policy = replace(OFTEN, segments=(), rules=rules, window_ms=5)
    assert path(ann(*facts, policy=policy)) == [(T0 + 9, "old", {"type": "decay", "due": "tenure"})]
    assert path(ann(*facts[:2], policy=policy)) == [(T0 + 9, "old", WINDOW)]
