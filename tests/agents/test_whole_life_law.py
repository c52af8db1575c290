"""Whatever the policy, the cut points and the facts: a life in full knowledge is that of the oracle."""

from typing import Any

import msgspec
import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from agents.decisions.moves import Brink, BrinkCleared, Move, ScoreChange
from agents.decisions.whole_life import Lived, live
from agents.events import Events
from schemas.policy import Policy
from tests import oracle
from tests.agents.histories import CUSTOMERS, Moment
from tests.agents.policies import Both, policies
from tests.agents.whole_histories import whole_histories
from tests.builders import DAY, fact_of
from tests.oracle.events import cancellation, engaged, erasure, order
from tests.oracle.orders import Event

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
T0 = 1_291_191_960_000
FIELDS = (*oracle.COMPARED, "cut_points_version")


@settings(max_examples=300, suppress_health_check=SLOW)
@given(st.booleans().flatmap(lambda drifting: policies(drifting=drifting)), whole_histories(), st.data())
def test_a_life_in_full_knowledge_is_that_of_the_oracle(both: Both, history: list[Moment], data: st.DataObject) -> None:
    events = [timeless(event) for moment in history for event in moment.events]
    check(both, events, end(events) + data.draw(st.sampled_from([0, DAY, 90 * DAY + 1, 400 * DAY])))


@settings(max_examples=200, suppress_health_check=SLOW)
@given(policies(), whole_histories(), st.randoms(use_true_random=False), st.data())
def test_the_order_of_the_log_and_repetitions_change_nothing(
    both: Both, history: list[Moment], chance: Any, data: st.DataObject
) -> None:
    """Of an identity that is told twice the first tells the fact: so each is told once, and then again as it was."""
    first: dict[tuple[str, ...], Event] = {}
    for moment in history:
        for event in moment.events:
            if event["type"] not in ("customer_erased", "profile_changed"):
                first.setdefault(identity(event), event)
    events = list(first.values())
    chance.shuffle(events)
    if data.draw(st.booleans()):  # what acts as it comes goes a shorter way than what needs an agenda
        events.sort(key=lambda event: event["occurred_at"])
    events += [{**event, "event_id": event["event_id"]} for event in events if chance.random() < 0.3]
    check(both, events, end(events) + data.draw(st.sampled_from([0, 200 * DAY])))


@settings(max_examples=20, suppress_health_check=SLOW)
@given(policies(), st.integers(-2, 2), st.integers(0, 2))
def test_an_erasure_at_whatever_moment_exits_where_the_oracle_says(both: Both, before: int, until: int) -> None:
    """Told behind a fact of a later instant, it comes late; with one of its own instant, the two share it."""
    early = order("early", T0, 13_912, customer_id=CUSTOMERS[0])
    check(both, [early, erasure("x", T0 - before, customer_id=CUSTOMERS[0])], T0 + until)


@settings(max_examples=60, suppress_health_check=SLOW)
@given(policies(), st.integers(1, 6), st.sampled_from(["order", "cancellation", "engagement"]))
def test_an_erasure_finds_what_other_facts_of_its_instant_have_left(both: Both, at: int, kind: str) -> None:
    """Told behind them, whichever instant it names up to theirs, it ends the life there or a moment later."""
    ann, told = CUSTOMERS[0], T0 + 5
    last = {
        "order": order("last", told, 5_000, customer_id=ann),
        "cancellation": cancellation("second", told, customer_id=ann),
        "engagement": engaged("e", told, customer_id=ann),
    }[kind]
    orders = [order("first", T0, 13_912, customer_id=ann), order("second", T0 + 1, 1, customer_id=ann)]
    check(both, [*orders, last, erasure("x", T0 + at, customer_id=ann)], T0 + 9)


def timeless(event: Event) -> Event:
    """In full knowledge nothing is ahead of any clock, so nothing can be forgotten while it waits."""
    return {name: value for name, value in event.items() if name != "recorded_at"}


def end(events: list[Event]) -> int:
    return max(int(event["occurred_at"]) for event in events)


def identity(event: Event) -> tuple[str, ...]:
    ids = {"order_placed": "order_id", "order_cancelled": "order_id", "order_refunded": "refund_id"}
    return event["customer_id"], event["type"], event[ids.get(event["type"], "event_id")]


def check(both: Both, events: list[Event], until: int) -> None:
    expected = oracle.timeline(events, both.theirs, until, both.told)
    announced = oracle.brinks(events, both.theirs, until, both.told)
    changed = oracle.score_changes(events, both.theirs, until, both.told)
    for customer in CUSTOMERS:
        hers = [fact_of(event) for event in events if event["customer_id"] == customer]
        lived = live(customer, hers, both.ours, until, both.cut_points, scores=True)
        assert oracle.compare(published(lived, both.ours), narrowed(expected, customer), FIELDS) == []
        assert brinks(lived, both.ours) == [plain(told) for told in announced.get(customer, [])]
        assert score_changes(lived) == [plain(told) for told in changed.get(customer, [])]
        assert lived.known == (customer in expected and expected[customer].known)
        if customer in expected:
            assert standing(lived) == wanted(expected[customer].state)
        without_scores = live(customer, hers, both.ours, until, both.cut_points)
        assert published(without_scores, both.ours) == published(lived, both.ours)


def narrowed(expected: dict[str, oracle.CustomerTimeline], customer: str) -> dict[str, oracle.CustomerTimeline]:
    return {customer: expected[customer]} if customer in expected else {}


def published(lived: Lived, policy: Policy) -> list[tuple[str, dict[str, Any]]]:
    moves = [told for told in lived.publications if isinstance(told, Move) and not told.silent]
    return [("segment.transitioned", plain(Events(policy).transition(move))) for move in moves]


def brinks(lived: Lived, policy: Policy) -> list[dict[str, Any]]:
    found = []
    for told in lived.publications:
        if isinstance(told, Brink | BrinkCleared):
            events = Events(policy)
            event = events.brink(told) if isinstance(told, Brink) else events.brink_cleared(told)
            found.append({k: v for k, v in plain(event).items() if k not in ("brink_id", "policy")})
    return found


def score_changes(lived: Lived) -> list[dict[str, Any]]:
    changes = [told for told in lived.publications if isinstance(told, ScoreChange)]
    return [
        plain({k: v for k, v in asdict(change).items() if k not in ("customer_id", "number")}) for change in changes
    ]


def standing(lived: Lived) -> dict[str, Any]:
    stands = plain(asdict(lived.standing))
    assert isinstance(stands, dict)
    return stands


def wanted(state: oracle.State) -> dict[str, Any]:
    names = ("segment", "measures", "next", "due_segment", "held_until", "cut_points_version")
    return {name: plain(getattr(state, name)) for name in names}


def plain(told: Any) -> Any:
    """As it stands on the wire."""
    return orjson.loads(msgspec.json.encode(told))
