"""A customer in; the smallest change that lifts her to each better segment out, by hand and by trying all there is."""

from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.decisions.in_force import InForce
from agents.decisions.whole_life import live
from app.explaining.lifting import ORDERS, Lift
from schemas.facts import Engaged, Money, OrderPlaced
from schemas.instant import Instant
from tests.agents.policies import Both, policies
from tests.builders import DAY, T0, fact_of
from tests.explaining.stage import explained, part, policy_of
from tests.oracle.events import engaged, order, refund
from tests.oracle.orders import Event

HEADING = "What would lift"


def test_amounts_are_told_from_the_least_to_the_most() -> None:
    """One order more makes f = 2; then 440.00 more than 60.00 is where monetary passes 500.00."""
    assert part(explained([order("a", T0, 6_000)], T0 + DAY), HEADING) == [
        "Champions: one more order of at least 440.01 GBP",
        "Loyal: one more order of at most 440.00 GBP",
    ]


def test_a_segment_that_no_order_leads_to_is_said_to_be_out_of_reach() -> None:
    """Whoever orders once more with f = 3 is a champion: the cells of the others have a lower f."""
    many = [order(str(number), T0, 10_000) for number in range(3)]
    assert part(explained(many, T0 + 400 * DAY), HEADING) == [
        "Champions: one more order, whatever the amount",
        "Loyal: nothing within 10 orders",
        "Recent: nothing within 10 orders",
    ]


BY_COUNT = policy_of("""
segments:
  - {id: far, label: Far, when: {frequency: {min: 12}}}
  - {id: ten, label: Ten, when: {frequency: {min: 11}}}
  - {id: rich, label: Rich, when: {monetary: {min: 50.00, max: 59.99}, frequency: {min: 4}}}
  - {id: rest, label: Rest, otherwise: true}
""")


def test_several_orders_are_told_with_what_they_are_worth_together() -> None:
    assert part(explained([order("a", T0, 1_000)], T0, BY_COUNT), HEADING) == [
        "Far: nothing within 10 orders",
        "Ten: 10 more orders, whatever the amount",
        "Rich: 3 more orders, together 40.00 GBP to 49.99 GBP",
    ]


def test_a_debt_is_paid_first() -> None:
    policy = policy_of("""
segments:
  - {id: rich, label: Rich, when: {monetary: {min: 50.00}}}
  - {id: rest, label: Rest, otherwise: true}
""")
    owing = [order("a", T0, 1_000), refund("r", None, T0, 3_000)]
    assert part(explained(owing, T0, policy), HEADING) == ["Rich: one more order of at least 70.00 GBP"]


ENGAGING = """
engagement: {kinds: [site_visited, review_posted]}
segments:
  - {id: both, label: Both, when: {engaged: {max: 7d}, average_order_value: {min: 20.00}}}
  - {id: awake, label: Awake, when: {engaged: {max: 7d}}}
  - {id: rest, label: Rest, otherwise: true}
"""


def test_one_engagement_may_do_and_one_with_an_order() -> None:
    old = [order("a", T0, 1_000), engaged("e", T0, "site_visited")]
    assert part(explained(old, T0 + 8 * DAY, policy_of(ENGAGING)), HEADING) == [
        "Both: one more order of at least 30.00 GBP and one engagement (review_posted or site_visited)",
        "Awake: one engagement (review_posted or site_visited)",
    ]


def test_what_a_least_stay_holds_back_is_told_with_the_instant_at_which_it_ends() -> None:
    held = policy_of("dwell: {up: 10d}" + ENGAGING)
    assert part(explained([order("a", T0, 1_000)], T0 + 4 * DAY, held), HEADING) == [
        (
            "Both: one more order of at least 30.00 GBP and one engagement (review_posted or site_visited), "
            "from 2010-12-11 08:26 on, when the least stay ends"
        ),
        "Awake: one engagement (review_posted or site_visited), from 2010-12-11 08:26 on, when the least stay ends",
    ]
    # on day 1 an engagement is over 7 days old when the stay ends: what would hold then is not what holds now
    assert part(explained([order("a", T0, 1_000)], T0 + DAY, held), HEADING) == [
        "Both: nothing within 10 orders and one engagement",
        "Awake: nothing within 10 orders and one engagement",
    ]


def test_who_has_no_segment_may_come_into_any() -> None:
    gone = [order("a", T0, 1_000), refund("r", "a", T0, 1_000)]
    assert part(explained(gone, T0, policy_of(ENGAGING)), HEADING)[2] == "Rest: one more order, whatever the amount"


def test_ids_that_are_taken_are_not_taken_for_the_new_orders() -> None:
    """Else the new order would be a repetition of hers, and change nothing."""
    named = [order(f"what-if-{number}", T0, 1_000, event_id=f"what-if--{number}") for number in range(2)]
    assert part(explained(named, T0), HEADING)[0] == "Champions: one more order of at least 80.01 GBP"


GAPS = st.sampled_from([0, 1, DAY, 30 * DAY, 90 * DAY])
AMOUNTS = st.sampled_from([1, 2, 3_999, 4_000, 9_999, 10_000, 10_001, 30_000, 50_000, 50_001, 10**7])


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[Event], int]:
    """Some orders, refunds and engagement of ann, and an instant after them."""
    at, events = T0, [order("0", T0, draw(AMOUNTS))]
    for number in range(1, draw(st.integers(1, 6))):
        at += draw(GAPS)
        kind = draw(st.sampled_from(["order", "order", "refund", "engaged"]))
        if kind == "order":
            events.append(order(str(number), at, draw(AMOUNTS), draw(st.sampled_from(["GBP", "GBP", "EUR"]))))
        elif kind == "refund":
            events.append(refund(str(number), draw(st.sampled_from([None, "0"])), at, draw(AMOUNTS)))
        else:
            events.append(engaged(str(number), at))
    return events, at + draw(GAPS)


class Trying:
    """Tries changes on a customer, each by living her."""

    def __init__(self, events: list[Event], at: int, both: Both) -> None:
        self._facts = [fact_of(event) for event in events]
        self._at = at
        self._in_force = InForce(both.ours, [one for one in both.cut_points if one.effective_at <= at])

    def reached(self, goal: str, amounts: list[int], *, engagement: bool) -> int | None:
        """Say when she is there; None: not by this."""
        at = Instant(self._at)
        placed = [OrderPlaced(f"new-{n}", "ann", at, f"new-{n}", Money(x, "GBP")) for n, x in enumerate(amounts)]
        facts = [*self._facts, *placed, *([Engaged("new", "ann", at, "site_visited")] if engagement else [])]
        stands = live("ann", facts, self._in_force, self._at).standing
        if stands.segment == goal:
            return self._at
        if stands.due_segment != goal:
            return None
        assert stands.held_until is not None
        held = live("ann", facts, self._in_force, stands.held_until).standing.segment == goal
        return stands.held_until if held else None


def split(total: int, orders: int) -> list[int]:
    """Let one order be worth nearly all."""
    return [1] * (orders - 1) + [total - orders + 1] if orders else []


def smaller(lift: Lift, some: list[int]) -> Iterator[tuple[list[int], bool]]:
    """Give changes that the search looks at before; if it has found nothing, any that it looks at."""
    if lift.reached_at is None:
        yield from ((some, False), (some, True))
    if lift.least:
        yield split(lift.least - 1, lift.orders), lift.engagement
    if lift.orders:
        yield from (([], True), (some[: lift.orders - 1], lift.engagement))
    if lift.orders and lift.engagement:
        yield some, False


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_every_change_that_is_told_lifts_her_and_no_smaller_one_does(data: st.DataObject) -> None:
    events, at = data.draw(lives())
    both = data.draw(policies(drifting=data.draw(st.booleans())))
    trying = Trying(events, at, both)
    for lift in explained(events, at, both.ours, both.cut_points).lifts:
        least = max(lift.least, lift.orders)
        for total in {least, least if lift.most is None else lift.most} if lift.reached_at is not None else ():
            amounts = split(total, lift.orders)
            assert trying.reached(lift.segment, amounts, engagement=lift.engagement) == lift.reached_at
        if both.ours.dwell.up_ms:
            continue  # what a stay holds back is judged again when it ends: there may be more ways than are looked at
        for amounts, engagement in smaller(lift, data.draw(st.lists(AMOUNTS, min_size=1, max_size=ORDERS))):
            assert trying.reached(lift.segment, amounts, engagement=engagement) is None
