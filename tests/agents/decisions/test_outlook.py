"""What silence alone will do, by hand: what leaves the window, the next move, and what a least stay makes of it."""

from dataclasses import replace

import pytest

from agents.decisions.counted import Worth
from agents.decisions.customer import Customer
from agents.decisions.judging import Judge
from agents.decisions.nothing_stored import NothingStored
from agents.decisions.outlook import Leaving, Outlook, leavings, look_ahead
from schemas.customer_row import CustomerRow
from schemas.newest_orders import pack
from schemas.policy import Dwell, Policy
from schemas.rows import OrderRow, RefundRow
from schemas.transitions import Next
from tests.agents.small_policies import LADDER, SPENT, by_rule, small
from tests.builders import DAY, T0, customer_row

MONTH = small(SPENT, "window: 30d\n")
GONE = 30 * DAY + 1
"""How long after its own instant something is outside the window."""


def packed(*orders: tuple[int, int]) -> CustomerRow:
    """A row with orders (at, minor units), all of them counted and inside the window."""
    instants, amounts = [at for at, _ in orders], [amount for _, amount in orders]
    newest = b"".join(pack(at, amount, str(n).encode(), str(n).encode()) for n, (at, amount) in enumerate(orders))
    count = len(orders)
    row = customer_row(None, T0, 1, T0, count, count, sum(amounts), count, min(instants), max(instants), met=True)
    row.newest = newest
    return row


def ann(row: CustomerRow) -> Customer:
    return Customer("ann", row, NothingStored())


def forecast(customer: Customer, at: int, judge: Judge, placed: str | None) -> Outlook:
    """What is due and the next move; what leaves the window is a claim of its own."""
    return look_ahead(customer, at, judge, placed)._replace(leaves=0)


def left(customer: Customer, after: int = T0, policy: Policy = MONTH) -> list[Leaving]:
    return list(leavings(customer, after, policy))


def test_what_is_inside_leaves_a_millisecond_after_the_window_ascending() -> None:
    customer = ann(packed((T0, 200), (T0 - 10 * DAY, 100), (T0 - 30 * DAY, 50)))
    assert left(customer) == [
        Leaving(T0 + 1, Worth(1, 1, 50)),
        Leaving(T0 + 20 * DAY + 1, Worth(1, 1, 100)),
        Leaving(T0 + GONE, Worth(1, 1, 200)),
    ]


def test_what_is_outside_already_or_comes_later_does_not_leave() -> None:
    customer = ann(packed((T0 - GONE, 100), (T0, 0), (T0 + 1, 300)))
    assert left(customer) == [], "an order of nothing does not count"
    assert left(customer, T0 + 1) == [Leaving(T0 + 1 + GONE, Worth(1, 1, 300))]


def test_what_leaves_at_one_instant_leaves_together() -> None:
    customer = ann(packed((T0, 200), (T0, 300)))
    customer.row.refunds = 1
    customer.around.put_refund("r", RefundRow(T0, None, 150, "GBP", None, None, "r", T0))
    assert left(customer) == [Leaving(T0 + GONE, Worth(2, 2, 350))]


def test_orders_in_rows_of_their_own_leave_too_with_what_they_are_worth_by_then() -> None:
    customer = ann(packed((T0 - DAY, 100)))
    rows = {
        "refunded": OrderRow(T0 - 3 * DAY, 100, "GBP", 100, True, "e", 30),
        "foreign": OrderRow(T0 - 2 * DAY, 100, "EUR", None, True, "e"),
        "cancelled": OrderRow(T0 - DAY, 100, "GBP", 100, False, "e", 0, T0),
        "not yet": OrderRow(T0 - 2 * DAY, 100, "GBP", 100, True, "e", acts_from=T0 + 1),
    }
    customer.row.spilled = len(rows)
    for order_id, row in rows.items():
        customer.around.put_order(order_id, row)
    assert left(customer) == [
        Leaving(T0 - 3 * DAY + GONE, Worth(1, 1, 70)),
        Leaving(T0 - 2 * DAY + GONE, Worth(1, 0, 0)),
        Leaving(T0 - DAY + GONE, Worth(1, 1, 100)),
    ]


def test_a_free_refund_leaves_by_its_own_instant_and_gives_back_what_it_took() -> None:
    customer = ann(packed((T0, 200)))
    customer.row.refunds = 2
    customer.around.put_refund("free", RefundRow(T0 - 20 * DAY, None, 150, "GBP", None, None, "r", T0))
    customer.around.put_refund("named", RefundRow(T0 - 20 * DAY, "0", 50, "GBP", None, None, "r", T0))
    assert left(customer) == [Leaving(T0 + 10 * DAY + 1, Worth(0, 0, -150)), Leaving(T0 + GONE, Worth(1, 1, 200))]


def test_nothing_leaves_a_lifetime() -> None:
    assert left(ann(packed((T0, 200))), policy=small(SPENT)) == []


def ahead(row: CustomerRow, policy: Policy, segment: str, *, at: int = T0, placed: str | None = None) -> Outlook:
    """Look ahead from an instant, for somebody who moved to a segment at T0."""
    row.segment = segment
    return forecast(ann(row), at, Judge(policy), placed or segment)


def held(up: int = 0, down: int = 0, policy: Policy | None = None) -> Policy:
    return replace(policy or small(LADDER), dwell=Dwell(up, down))


FADING, FADED = T0 + 30 * DAY + 1, T0 + 60 * DAY + 1


def test_an_age_moves_her_a_millisecond_after_its_bound_and_at_the_end_nothing_does() -> None:
    row = packed((T0, 100))
    assert ahead(row, small(LADDER), "fresh") == Outlook(FADING, Next(FADING, "fading"))
    assert ahead(row, small(LADDER), "fading", at=FADING) == Outlook(FADED, Next(FADED, "gone"))
    assert ahead(row, small(LADDER), "gone", at=FADED) == Outlook(0, None)


def test_what_leaves_the_window_moves_her() -> None:
    row = packed((T0 - 10 * DAY, 6_000), (T0, 6_000))
    first, second = T0 + 20 * DAY + 1, T0 + GONE
    assert ahead(row, MONTH, "big") == Outlook(first, Next(first, "middle"))
    row.frequency, row.known, row.monetary = 1, 1, 6_000
    assert ahead(row, MONTH, "middle", at=first) == Outlook(second, Next(second, "small"))


def test_what_leaves_without_a_change_of_segment_is_passed_over() -> None:
    assert ahead(packed((T0 - 10 * DAY, 1), (T0, 20_000)), MONTH, "big").due == T0 + GONE


@pytest.mark.parametrize(
    ("stay", "to"), [(45 * DAY, "fading"), (60 * DAY, "fading"), (60 * DAY + 1, "gone"), (61 * DAY, "gone")]
)
def test_a_held_move_comes_at_the_end_of_the_stay_to_where_the_rules_place_her_then(stay: int, to: str) -> None:
    """`due` is the instant at which it is raised: why it comes is seen then."""
    assert ahead(packed((T0, 100)), held(down=stay), "fresh") == Outlook(FADING, Next(T0 + stay, to))


def test_a_stay_that_is_over_by_then_holds_nothing() -> None:
    assert ahead(packed((T0, 100)), held(down=30 * DAY), "fresh") == Outlook(FADING, Next(FADING, "fading"))


def test_who_is_held_already_is_due_at_her_release_or_where_the_rules_change_their_mind() -> None:
    row, at = packed((T0, 100)), T0 + 31 * DAY
    released = T0 + 45 * DAY
    assert ahead(row, held(down=45 * DAY), "fresh", at=at, placed="fading") == Outlook(
        released, Next(released, "fading")
    )
    assert ahead(row, held(down=90 * DAY), "fresh", at=at, placed="fading") == Outlook(
        FADED, Next(T0 + 90 * DAY, "gone")
    )


def test_a_held_move_that_the_rules_take_back_in_time_is_none() -> None:
    visiting = held(up=30 * DAY, policy=by_rule("tenure: {min: 10d, max: 20d}"))
    assert ahead(packed((T0, 100)), visiting, "out") == Outlook(T0 + 10 * DAY, None)


def test_a_move_the_other_way_does_not_wait_for_a_held_one() -> None:
    """What was spent rises when an old refund leaves, and falls when the order does: only up has to wait."""
    row = packed((T0, 12_000))
    row.refunds, row.monetary, row.segment = 1, 7_000, "middle"
    customer = ann(row)
    customer.around.put_refund("r", RefundRow(T0 - 25 * DAY, None, 5_000, "GBP", None, None, "r", T0))
    raised, falls = T0 + 5 * DAY + 1, T0 + GONE
    assert forecast(customer, T0, Judge(held(up=40 * DAY, policy=MONTH)), "middle") == Outlook(
        raised, Next(falls, "small")
    )
    assert forecast(customer, T0, Judge(MONTH), "middle") == Outlook(raised, Next(raised, "big"))


def test_a_lateral_move_is_never_held() -> None:
    level = LADDER.replace("{id: fresh", "{id: fresh, rank: 1").replace("{id: fading", "{id: fading, rank: 1")
    policy = held(99 * DAY, 99 * DAY, small(level.replace("{id: gone", "{id: gone, rank: 2")))
    assert ahead(packed((T0, 100)), policy, "fresh") == Outlook(FADING, Next(FADING, "fading"))


def test_nothing_is_ahead_of_who_has_no_order_that_counts() -> None:
    row = customer_row(None, T0, met=True)
    assert forecast(ann(row), T0, Judge(small(LADDER)), None) == Outlook(0, None)


def test_what_leaves_next_is_told_whether_or_not_it_moves_her() -> None:
    row = packed((T0 - 10 * DAY, 1), (T0, 20_000))
    row.segment = "big"
    assert look_ahead(ann(row), T0, Judge(MONTH), "big").leaves == T0 + 20 * DAY + 1
    assert look_ahead(ann(row), T0, Judge(small(SPENT)), "big").leaves == 0
    assert look_ahead(ann(customer_row(None, T0, met=True)), T0, Judge(MONTH), None).leaves == 0
