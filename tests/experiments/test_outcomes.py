"""The orders that count are those of a life in full knowledge; a stretch of time has what was ordered in it."""

from hypothesis import HealthCheck, given, settings

from agents.decisions.whole_life import live
from app.experiments.outcomes import Ordered, Outcome, counted_orders, outcome
from tests.agents.histories import CUSTOMERS, Moment, histories
from tests.builders import DAY, SEED, T0, fact_of
from tests.oracle.events import erasure, order


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(histories())
def test_orders_count_as_in_a_life(history: list[Moment]) -> None:
    """Of histories without refunds that name no order: those lower what was spent, and belong to no order."""
    events = [event for moment in history for event in moment.events]
    told = [event for event in events if event["type"] != "order_refunded" or event["order_id"] is not None]
    as_of = max((int(event["occurred_at"]) for event in told), default=T0)
    for customer in CUSTOMERS:
        facts = [fact_of(event) for event in told if event["customer_id"] == customer]
        measures = live(customer, facts, SEED, as_of).standing.measures
        orders = counted_orders(facts, SEED, as_of)
        assert orders is not None
        assert len(orders) == measures.frequency
        assert sum(one.amount_minor or 0 for one in orders) == measures.monetary_minor


def test_a_stretch_begins_behind_its_first_instant_and_ends_with_its_last() -> None:
    orders = [Ordered(T0, 1), Ordered(T0 + 1, 10), Ordered(T0 + 2, None), Ordered(T0 + 3, 100), Ordered(T0 + 4, 1_000)]
    assert outcome(orders, T0, T0 + 3) == Outcome(orders=3, priced=2, amount_minor=110)


def test_who_was_erased_has_no_orders_to_tell() -> None:
    facts = [fact_of(order("1", T0, 100)), fact_of(erasure("x", T0 + DAY))]
    assert counted_orders(facts, SEED, T0 + DAY) is None
    assert counted_orders(facts, SEED, T0 + DAY - 1) == [Ordered(T0, 100)]
