"""A customer taken back to just before an instant, by hand: what counts then, and what is to act again."""

from dataclasses import replace

import pytest

from agents.decisions.customer import Customer
from agents.decisions.rewinding import Rewinding
from schemas.policy import Dwell, Policy
from schemas.remembered_moves import RememberedMove, unpack_moves
from tests.agents.decisions.lives import Remembering, lived
from tests.agents.small_policies import LADDER, SPENT, small
from tests.builders import DAY, T0, fact_of
from tests.oracle.events import cancellation, order, refund

POLICY = small(SPENT)
MONTH = small(SPENT, "window: 30d\n")
STEPS = small(LADDER)
THREE = [order(str(n), T0 + at, minor) for n, at, minor in ((1, 0, 6_000), (2, 5, 5_000), (3, 9, 500))]


def acted(rewinding: Rewinding) -> list[tuple[int, str]]:
    assert all(acting.again for acting in rewinding.acted)
    return [(acting.at, acting.fact.event_id) for acting in rewinding.acted]


def sums(customer: Customer) -> tuple[int, int, int, int]:
    row = customer.row
    return row.counted, row.frequency, row.known, row.monetary


def test_she_stands_where_she_stood_a_millisecond_before() -> None:
    customer = lived(POLICY, THREE)
    rewinding = Rewinding(customer, T0 + 5, POLICY, max(POLICY.dwell.up_ms, POLICY.dwell.down_ms))
    row = customer.row
    assert (row.at, row.segment, row.moved_at, row.met) == (T0 + 4, "middle", T0, True)
    assert sums(customer) == (1, 1, 1, 6_000)
    assert (row.first, row.last) == (T0, T0)
    assert row.due == rewinding.since, "silence looks anew at once"
    assert (rewinding.since, rewinding.reached) == (T0 + 5, T0 + 9)
    assert acted(rewinding) == [(T0 + 5, "o-2"), (T0 + 9, "o-3")]


def test_the_moves_before_are_kept_and_those_after_may_have_to_be_retracted() -> None:
    customer = lived(POLICY, THREE)
    rewinding = Rewinding(customer, T0 + 5, POLICY, max(POLICY.dwell.up_ms, POLICY.dwell.down_ms))
    assert list(unpack_moves(customer.row.moves)) == [RememberedMove(T0, None, "middle", silent=False)]
    assert rewinding.moves == [RememberedMove(T0 + 5, "middle", "big", silent=False)]


def test_before_everything_she_is_nobody() -> None:
    customer = lived(POLICY, THREE)
    rewinding = Rewinding(customer, T0, POLICY, max(POLICY.dwell.up_ms, POLICY.dwell.down_ms))
    row = customer.row
    assert (row.segment, row.moved_at, row.met, row.due, row.engaged) == (None, 0, False, 0, 0)
    assert sums(customer) == (0, 0, 0, 0)
    assert len(rewinding.acted) == 3


def test_orders_are_told_as_they_came() -> None:
    placed = [order("1", T0, 6_000), order("2", T0, 7, "EUR", base_total={"amount_minor": 5, "currency": "GBP"})]
    customer = lived(POLICY, placed)
    assert sums(customer) == (2, 2, 2, 6_005)
    facts = [
        acting.fact for acting in Rewinding(customer, T0, POLICY, max(POLICY.dwell.up_ms, POLICY.dwell.down_ms)).acted
    ]
    assert {fact.event_id: fact for fact in facts} == {fact_of(one).event_id: fact_of(one) for one in placed}


UNDONE = [*THREE, refund("r-1", "1", T0 + 20, 1_000), refund("r-2", None, T0 + 30, 300), cancellation("2", T0 + 40)]


def test_undoings_are_taken_back_from_their_orders() -> None:
    customer = lived(POLICY, UNDONE)
    assert sums(customer) == (2, 2, 2, 5_200)
    rewinding = Rewinding(customer, T0 + 20, POLICY, max(POLICY.dwell.up_ms, POLICY.dwell.down_ms))
    assert sums(customer) == (3, 3, 3, 11_500)
    assert acted(rewinding) == [(T0 + 20, "r-1"), (T0 + 30, "r-2"), (T0 + 40, "c-2")]
    orders, refunds = customer.around.orders, customer.around.refunds
    assert (orders["1"].refunded, orders["2"].cancelled_at, orders["2"].counted) == (0, None, True)
    assert [refunds[name].acts_at for name in ("r-1", "r-2")] == [0, 0], "they have no effect until they act again"


def test_an_undoing_before_the_instant_stays() -> None:
    customer = lived(POLICY, UNDONE)
    rewinding = Rewinding(customer, T0 + 31, POLICY, max(POLICY.dwell.up_ms, POLICY.dwell.down_ms))
    assert sums(customer) == (3, 3, 3, 10_200)
    assert acted(rewinding) == [(T0 + 40, "c-2")]


def test_an_order_undone_later_and_placed_later_is_taken_back_once() -> None:
    customer = lived(POLICY, UNDONE)
    rewinding = Rewinding(customer, T0 + 5, POLICY, max(POLICY.dwell.up_ms, POLICY.dwell.down_ms))
    assert sums(customer) == (1, 1, 1, 6_000)
    assert sorted(acted(rewinding)) == [
        (T0 + 5, "o-2"),
        (T0 + 9, "o-3"),
        (T0 + 20, "r-1"),
        (T0 + 30, "r-2"),
        (T0 + 40, "c-2"),
    ]


def test_what_has_left_the_window_since_is_inside_again() -> None:
    more = [refund("r-1", "1", T0 + 20, 1_000), refund("r-2", None, T0 + 30, 300)]
    customer = lived(MONTH, [*THREE, *more], until=T0 + 40 * DAY)
    assert sums(customer) == (3, 1, 1, 200), "the last that leave move nobody, so she does not stop there"
    Rewinding(customer, T0 + 29 * DAY, MONTH, max(MONTH.dwell.up_ms, MONTH.dwell.down_ms))
    assert sums(customer) == (3, 3, 3, 10_200)


def test_what_had_left_the_window_before_stays_outside() -> None:
    customer = lived(MONTH, [order("1", T0, 6_000)], [order("2", T0 + 20 * DAY, 500)], until=T0 + 60 * DAY)
    Rewinding(customer, T0 + 30 * DAY + 2, MONTH, max(MONTH.dwell.up_ms, MONTH.dwell.down_ms))
    assert sums(customer) == (2, 1, 1, 500)
    again = lived(MONTH, [order("1", T0, 6_000)], [order("2", T0 + 20 * DAY, 500)], until=T0 + 60 * DAY)
    Rewinding(again, T0 + 30 * DAY + 1, MONTH, max(MONTH.dwell.up_ms, MONTH.dwell.down_ms))
    assert sums(again) == (2, 2, 2, 6_500), "a millisecond before, it was inside"


def test_an_order_that_began_too_late_begins_there_again() -> None:
    policy = small(SPENT, "late: {horizon: 90d}\n")
    customer = lived(policy, [order("1", T0 + 200 * DAY, 6_000)], [order("2", T0, 500)])
    begins = T0 + 200 * DAY + 1
    rewinding = Rewinding(customer, T0 + 200 * DAY, policy, max(policy.dwell.up_ms, policy.dwell.down_ms))
    assert acted(rewinding) == [(T0 + 200 * DAY, "o-1"), (begins, "o-2")]
    assert sums(customer) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("dwell", "late_at", "since"),
    [
        (Dwell(), 45 * DAY, 45 * DAY),
        (Dwell(0, 15 * DAY - 2), 45 * DAY, 45 * DAY),
        (Dwell(0, 15 * DAY - 1), 45 * DAY, 30 * DAY + 2),
        (Dwell(15 * DAY - 1, 0), 45 * DAY, 30 * DAY + 2),
        (Dwell(0, 15 * DAY), 0, 0),
    ],
    ids=["none", "over", "just not over", "of the other way", "no move before"],
)
def test_where_a_least_stay_may_hold_her_the_stretch_begins_behind_the_move_before(
    dwell: Dwell, late_at: int, since: int
) -> None:
    """Her last move before is that of day 30; why one was raised since then is found anew."""
    policy = replace(STEPS, dwell=dwell)
    customer = lived(STEPS, [order("1", T0, 100)], until=T0 + 60 * DAY + 1)
    assert Rewinding(customer, T0 + late_at, policy, max(policy.dwell.up_ms, policy.dwell.down_ms)).since == T0 + since


ASKING: Policy = small(
    "segments: [{id: in, when: {engaged: {max: 9d}}}, {id: out, otherwise: true}]\n",
    "engagement: {kinds: [site_visited]}\n",
)


def test_engagements_act_again_and_the_newest_before_is_found() -> None:
    customer = lived(ASKING, [order("1", T0, 100)])
    customer.stored = Remembering(
        [(T0 - 9, T0 - 9, "e-1", "site_visited"), (T0 - 5, T0 - 5, "e-2", "answered"), (T0, T0, "e-3", "site_visited")]
    )
    customer.row.engaged = T0
    rewinding = Rewinding(customer, T0, ASKING, max(ASKING.dwell.up_ms, ASKING.dwell.down_ms))
    assert customer.row.engaged == T0 - 9
    assert acted(rewinding) == [(T0, "o-1"), (T0, "e-3")]
