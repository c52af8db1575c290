"""What an order or a refund is worth at an instant, by hand."""

import pytest

from agents.decisions.counted import NOTHING, Worth
from agents.decisions.counting import add, free_amount, inside, net, still_counts, worth, worth_of_free
from schemas.rows import OrderRow, RefundRow
from tests.agents.small_policies import SPENT, small
from tests.builders import DAY, T0, customer_row

EVER = small(SPENT)
MONTH = small(SPENT, "window: 30d\n")
KEEPS = small(SPENT, "orders: {zero_value: count, refunded: keep}\n")


def placed(total: int = 1_000, refunded: int = 0, *, cancelled_at: int | None = None) -> OrderRow:
    return OrderRow(T0, total, "GBP", total, True, "o-1", refunded, cancelled_at)


@pytest.mark.parametrize(("refunded", "left"), [(0, 10), (1, 8), (2, 5), (3, 2), (4, 0)])
def test_a_refund_takes_its_share_of_the_base_total_half_to_even(refunded: int, left: int) -> None:
    """7.5 goes up to 8, 2.5 goes down to 2."""
    assert net(OrderRow(T0, 4, "EUR", 10, True, "o-1", refunded=refunded)) == left


def test_refunds_of_more_than_the_order_take_no_more_than_it_was() -> None:
    assert net(placed(1_000, refunded=1_001)) == 0


def test_an_order_of_unknown_amount_is_worth_nothing_known_whatever_is_refunded() -> None:
    assert net(OrderRow(T0, 4, "EUR", None, True, "o-1")) is None
    assert net(OrderRow(T0, 4, "EUR", None, True, "o-1", refunded=2)) is None


def test_an_order_of_nothing_keeps_what_it_is_said_to_be_worth() -> None:
    assert net(OrderRow(T0, 0, "EUR", 10, True, "o-1", refunded=5)) == 10


def test_an_order_that_does_not_count_is_worth_nothing() -> None:
    assert worth(OrderRow(T0, 4, "EUR", 10, False, "o-1"), T0, EVER) == NOTHING


def test_an_order_adds_itself_and_its_known_amount() -> None:
    assert worth(placed(1_000, refunded=300), T0, EVER) == Worth(1, 1, 700)
    assert worth(OrderRow(T0, 4, "EUR", None, True, "o-1"), T0, EVER) == Worth(1, 0, 0)
    assert worth(placed(0), T0, KEEPS) == Worth(1, 1, 0)


def test_an_order_is_worth_nothing_before_it_begins_to_count() -> None:
    late = OrderRow(T0, 1_000, "GBP", 1_000, True, "o-1", acts_from=T0 + 5)
    assert (worth(placed(), T0 - 1, EVER), worth(placed(), T0, EVER)) == (NOTHING, Worth(1, 1, 1_000))
    assert (worth(late, T0 + 4, EVER), worth(late, T0 + 5, EVER)) == (NOTHING, Worth(1, 1, 1_000))


def test_the_last_millisecond_of_a_window_belongs_to_it() -> None:
    last = T0 + 30 * DAY
    assert (inside(T0, last, MONTH), inside(T0, last + 1, MONTH), inside(T0, last + 1, EVER)) == (True, False, True)
    assert (worth(placed(), last, MONTH), worth(placed(), last + 1, MONTH)) == (Worth(1, 1, 1_000), NOTHING)


def test_an_order_that_began_late_leaves_the_window_by_its_own_instant() -> None:
    late = OrderRow(T0, 1_000, "GBP", 1_000, True, "o-1", acts_from=T0 + 29 * DAY)
    assert worth(late, T0 + 30 * DAY, MONTH) == Worth(1, 1, 1_000)
    assert worth(late, T0 + 30 * DAY + 1, MONTH) == NOTHING


STILL = {
    "plain": (placed(), True, True),
    "cancelled": (placed(cancelled_at=T0), False, False),
    "of nothing": (placed(0), False, True),
    "of nothing, cancelled": (placed(0, cancelled_at=T0), False, False),
    "refunded in part": (placed(1_000, refunded=999), True, True),
    "refunded in full": (placed(1_000, refunded=1_000), False, True),
    "refunded beyond": (placed(1_000, refunded=1_001), False, True),
}


@pytest.mark.parametrize(("order", "usually", "where_all_counts"), STILL.values(), ids=STILL)
def test_an_order_counts_as_the_policy_says(order: OrderRow, *, usually: bool, where_all_counts: bool) -> None:
    assert (still_counts(order, EVER), still_counts(order, KEEPS)) == (usually, where_all_counts)


def free(amount: int, currency: str, base: tuple[int, str] | None = None) -> RefundRow:
    base_amount, base_currency = base or (None, None)
    return RefundRow(T0, None, amount, currency, base_amount, base_currency, "r-1", T0 + 5)


def test_a_free_refund_takes_its_amount_from_the_instant_of_its_effect_to_the_end_of_its_window() -> None:
    refund = free(300, "GBP")
    assert worth_of_free(refund, T0 + 4, MONTH) == NOTHING
    assert worth_of_free(refund, T0 + 5, MONTH) == Worth(0, 0, -300)
    assert worth_of_free(refund, T0 + 30 * DAY, MONTH) == Worth(0, 0, -300)
    assert worth_of_free(refund, T0 + 30 * DAY + 1, MONTH) == NOTHING
    assert worth_of_free(refund, T0 + 30 * DAY + 1, EVER) == Worth(0, 0, -300)


def test_a_free_refund_in_another_currency_needs_its_amount_in_that_of_the_policy() -> None:
    assert free_amount(free(300, "GBP", (1, "EUR")), EVER) == 300
    assert free_amount(free(300, "EUR", (250, "GBP")), EVER) == 250
    assert free_amount(free(300, "EUR", (250, "USD")), EVER) is None
    assert free_amount(free(300, "EUR"), EVER) is None
    assert worth_of_free(free(300, "EUR"), T0 + 5, EVER) == NOTHING


def test_what_was_added_can_be_taken_away_again_below_zero_too() -> None:
    row = customer_row(frequency=1, known=1, monetary=100)
    add(row, Worth(1, 0, -250))
    assert (row.frequency, row.known, row.monetary) == (2, 1, -150)
    add(row, Worth(1, 0, -250), -1)
    assert (row.frequency, row.known, row.monetary) == (1, 1, 100)
