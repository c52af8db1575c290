"""When a fact acts, by hand: at its own instant, or from now on if it is too old to rewrite anything."""

from dataclasses import replace
from typing import Any

import pytest

from agents.decisions.admission import Admission
from agents.decisions.customer import Customer
from agents.decisions.endings import Ending
from agents.decisions.nothing_stored import NothingStored
from schemas.facts import CustomerErased
from schemas.policy import Policy
from tests.agents.decisions.lives import lived
from tests.agents.small_policies import SPENT, small
from tests.builders import DAY, T0, customer_row, fact_of
from tests.oracle.events import cancellation, engaged, money, order, profile, refund
from tests.oracle.orders import Event

POLICY = small(SPENT, "late: {horizon: 90d}\n")
NO_HORIZON = replace(POLICY, horizon_ms=0)
REACHED = T0 + 200 * DAY
ASKING = small(
    "segments: [{id: in, when: {engaged: {max: 9d}}}, {id: out, otherwise: true}]\n",
    "engagement: {kinds: [site_visited]}\nlate: {horizon: 90d}\n",
)


def reached(policy: Policy = POLICY, **row: Any) -> Admission:
    """Admit to somebody who has come to REACHED."""
    return Admission(Customer("ann", customer_row(at=REACHED, **row), NothingStored()), policy)


def admit(admission: Admission, event: Event) -> Ending | None:
    fact = fact_of(event)
    assert not isinstance(fact, CustomerErased)
    return admission.admit(fact)


def admitted(admission: Admission, *events: Event) -> list[tuple[int, str]]:
    for event in events:
        admit(admission, event)
    return [(acting.at, acting.fact.event_id) for acting in admission.agenda]


WHEN = {
    "later": (POLICY, REACHED + 1, 0, (REACHED + 1, 0, 0)),
    "at the instant reached": (POLICY, REACHED, 0, (REACHED, 0, 0)),
    "in the millisecond of a move": (POLICY, REACHED, REACHED, (REACHED, 1, 0)),
    "late": (POLICY, REACHED - 1, 0, (REACHED - 1, 1, 0)),
    "at the very horizon": (POLICY, REACHED - 90 * DAY, REACHED, (REACHED - 90 * DAY, 1, 0)),
    "beyond the horizon": (POLICY, REACHED - 90 * DAY - 1, 0, (REACHED, 1, 1)),
    "beyond it, after a move": (POLICY, REACHED - 90 * DAY - 1, REACHED, (REACHED + 1, 1, 1)),
    "late, no horizon": (NO_HORIZON, REACHED - 1, 0, (REACHED, 1, 0)),
    "late, no horizon, after a move": (NO_HORIZON, REACHED - 1, REACHED, (REACHED + 1, 1, 0)),
    "in the millisecond of a move, no horizon": (NO_HORIZON, REACHED, REACHED, (REACHED + 1, 1, 0)),
    "later, no horizon": (NO_HORIZON, REACHED + 1, REACHED, (REACHED + 1, 0, 0)),
}


@pytest.mark.parametrize(("policy", "occurred_at", "moved_at", "acts"), WHEN.values(), ids=WHEN)
def test_a_fact_acts_at_its_instant_unless_it_is_older_than_the_horizon(
    policy: Policy, occurred_at: int, moved_at: int, acts: tuple[int, int, int]
) -> None:
    """`acts`: when, and whether it is counted as late and as beyond the horizon."""
    for event in (order("1", occurred_at, 5), refund("r-1", None, occurred_at, 5)):
        admission = reached(policy, moved_at=moved_at)
        ((at, _),) = admitted(admission, event)
        assert (at, admission.late, admission.ancient) == acts


def test_nothing_acts_before_the_life_it_belongs_to() -> None:
    admission = reached(floor=REACHED + 5)
    assert admitted(admission, order("1", REACHED + 1, 5), order("2", REACHED + 6, 5)) == [
        (REACHED + 5, "o-1"),
        (REACHED + 6, "o-2"),
    ]


def test_an_engagement_is_late_only_where_it_can_move_her() -> None:
    visit = engaged("e", REACHED - 100 * DAY, "site_visited")
    silent, asking = reached(replace(POLICY, engagement=frozenset({"site_visited"}))), reached(ASKING)
    assert admitted(silent, visit) == [(REACHED - 100 * DAY, "e")]
    assert admitted(asking, visit) == [(REACHED, "e")]
    assert (silent.late, silent.ancient, asking.late, asking.ancient) == (0, 0, 1, 1)


def test_a_profile_is_never_late() -> None:
    admission = reached()
    assert admitted(admission, profile("p", T0)) == [(T0, "p")]
    assert admission.late == 0


def test_an_undoing_acts_no_earlier_than_its_order() -> None:
    placed, early = order("1", REACHED + 9, 5), REACHED + 3
    undoings = [refund("r-1", "1", early, 1), cancellation("1", early)]
    assert admitted(reached(), placed, *undoings) == [(REACHED + 9, name) for name in ("o-1", "r-1", "c-1")]


def test_an_undoing_of_an_order_that_acts_later_than_it_occurred_acts_no_earlier_than_that() -> None:
    ancient = order("1", T0, 5)
    admission = reached(moved_at=REACHED)
    assert admitted(admission, ancient, refund("r-1", "1", T0 + 1, 1)) == [(REACHED + 1, "o-1"), (REACHED + 1, "r-1")]
    assert (admission.late, admission.ancient) == (2, 2)


def test_what_waited_acts_with_its_order_or_at_its_own_later_instant() -> None:
    early, later = refund("r-1", "1", T0, 1), cancellation("1", T0 + 9)
    customer = lived(POLICY, [early, later])
    assert customer.row.waiting == 1
    assert customer.row.at == 0, "nothing has acted"
    admission = Admission(customer, POLICY)
    assert admitted(admission, order("1", T0 + 5, 5)) == [(T0 + 5, "o-1"), (T0 + 5, "r-1"), (T0 + 9, "c-1")]
    assert (customer.row.waiting, admission.late) == (0, 0)


def test_a_refund_that_waited_in_another_currency_than_its_order_is_no_fact() -> None:
    customer = lived(POLICY, [refund("r-1", "1", T0, 0, amount=money(1, "EUR"))])
    assert admitted(Admission(customer, POLICY), order("1", T0 + 5, 5)) == [(T0 + 5, "o-1")]


def test_identities_are_taken_within_one_decision_too() -> None:
    admission = reached()
    told = [order("1", REACHED + 1, 5), refund("r-1", "1", REACHED + 2, 1), cancellation("1", REACHED + 3)]
    assert [admit(admission, event) for event in told] == [None] * 3
    assert [admit(admission, event) for event in told] == [Ending.DUPLICATE] * 3
    others = [order("1", REACHED + 1, 6), refund("r-1", "1", REACHED + 2, 2), cancellation("1", REACHED + 4)]
    assert [admit(admission, event) for event in others] == [Ending.CONFLICTING] * 3
    assert len(admission.agenda) == 3
