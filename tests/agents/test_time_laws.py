"""What holds of time whatever the policy and the facts: prefixes, least stays, forecasts, announcements."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.decisions.moves import Brink, BrinkCleared, Move, Publication
from agents.decisions.whole_life import Lived, live
from schemas.facts import Fact
from tests.agents.histories import CUSTOMERS, Moment
from tests.agents.policies import Both, policies
from tests.agents.whole_histories import whole_histories
from tests.builders import DAY, T0, fact_of

QUICK = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
ANY = st.booleans().flatmap(lambda drifting: policies(drifting=drifting))
SILENCE = 400 * DAY


def facts_of(history: list[Moment], customer: str) -> list[Fact]:
    events = [event for moment in history for event in moment.events]
    return [fact_of(event) for event in events if event["customer_id"] == customer]


def accepted(facts: list[Fact]) -> list[Fact]:
    """Leave out what repeats an id: of records with one identity the first is the fact, whenever they occurred."""
    first: dict[object, Fact] = {}
    for fact in facts:
        named = getattr(fact, "refund_id", None) or getattr(fact, "order_id", None) or fact.event_id
        first.setdefault((type(fact), named), fact)
    return list(first.values())


def end_of(facts: list[Fact]) -> int:
    return max((int(fact.occurred_at) for fact in facts), default=T0)


def acted(customer: str, facts: list[Fact], both: Both, at: int) -> int:
    """Give the first instant from `at` on that no erasure reaches beyond: it ends a life after all that has acted."""
    while True:
        told = live(customer, facts, both.ours, at, both.cut_points).publications
        reached = max((one.effective_at for one in told), default=at)
        if reached <= at:
            return at
        at = reached


def moves(lived: Lived) -> list[Move]:
    return [told for told in lived.publications if isinstance(told, Move)]


@QUICK
@given(ANY, whole_histories(), st.data())
def test_a_life_up_to_an_instant_is_the_beginning_of_the_life_up_to_a_later_one(
    both: Both, history: list[Moment], data: st.DataObject
) -> None:
    for customer in CUSTOMERS:
        facts = accepted(facts_of(history, customer))  # the part has no id that the whole knows by another record
        later = end_of(facts) + SILENCE
        known = [int(fact.occurred_at) + offset for fact in facts for offset in (-1, 0, 1, 90 * DAY)] or [T0]
        earlier = acted(customer, facts, both, min(later, data.draw(st.sampled_from(known), "earlier")))
        whole = live(customer, facts, both.ours, later, both.cut_points).publications
        part = live(customer, facts, both.ours, earlier, both.cut_points).publications
        assert part == [told for told in whole if told.effective_at <= earlier]


@QUICK
@given(ANY, whole_histories())
def test_of_moves_down_there_are_no_more_than_the_least_stay_allows(both: Both, history: list[Moment]) -> None:
    stay = both.ours.dwell.down_ms
    ranks = {segment.id: segment.rank for segment in both.ours.segments}
    for customer in CUSTOMERS:
        facts = facts_of(history, customer)
        down = [
            move.effective_at
            for move in moves(live(customer, facts, both.ours, end_of(facts) + SILENCE, both.cut_points))
            if move.from_segment and move.to_segment and ranks[move.to_segment] > ranks[move.from_segment]
        ]
        for first in range(len(down)):
            for last in range(first, len(down)):
                assert last - first + 1 <= (down[last] - down[first]) // max(1, stay) + 1


@QUICK
@given(policies(), whole_histories())
def test_the_move_that_is_forecast_is_the_one_that_silence_brings(both: Both, history: list[Moment]) -> None:
    """Of every move and of the end of the life: `next` is the next move unless a fact comes before it or with it."""
    for customer in CUSTOMERS:
        facts = facts_of(history, customer)
        end = acted(customer, facts, both, end_of(facts))
        told = moves(live(customer, facts, both.ours, end + 10 * SILENCE))
        before = live(customer, facts, both.ours, end)
        facts_at = sorted(int(fact.occurred_at) for fact in facts)
        for number, move in enumerate(told, 1):
            fact = next((at for at in facts_at if at > move.effective_at), None)
            check_forecast(move.next, told[number] if number < len(told) else None, fact, end + 10 * SILENCE)
        check_forecast(before.standing.next, next((m for m in told if m.effective_at > end), None), None, end + SILENCE)


def check_forecast(ahead: Any, after: Move | None, fact: int | None, until: int) -> None:
    if ahead is not None and ahead.at <= until and (fact is None or ahead.at < fact):
        assert after is not None
        assert (after.effective_at, after.to_segment) == (ahead.at, ahead.to)
    if after is not None and (fact is None or after.effective_at < fact):
        assert ahead is not None
        assert (after.effective_at, after.to_segment) == (ahead.at, ahead.to)


@QUICK
@given(ANY, whole_histories())
def test_an_announcement_ends_in_its_move_or_its_clearing_never_in_both_never_in_nothing(
    both: Both, history: list[Moment]
) -> None:
    for customer in CUSTOMERS:
        facts = facts_of(history, customer)
        until = end_of(facts) + SILENCE
        lived = live(customer, facts, both.ours, until, both.cut_points)
        assert endings(lived.publications, until) == []


def endings(told: list[Publication], until: int) -> list[str]:
    ahead: Brink | None = None
    faults = []
    for one in told:
        match one:
            case Brink():
                if ahead is not None and (ahead.due_at, ahead.to) != (one.due_at, one.to):
                    faults.append(f"{ahead} was not cleared before {one}")
                ahead = one
            case BrinkCleared():
                if ahead is None or (ahead.due_at, ahead.to) != (one.due_at, one.to):
                    faults.append(f"{one} clears what was not ahead")
                ahead = None
            case Move():
                if ahead is not None and (one.effective_at, one.to_segment) == (ahead.due_at, ahead.to):
                    ahead = None
            case _:
                pass
    if ahead is not None and ahead.due_at <= until:
        faults.append(f"{ahead} never came")
    return faults
