"""A working copy over what is stored: rows changed now hide those stored, and both are one history."""

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from agents.decisions.customer import Customer
from agents.decisions.nothing_stored import NothingStored
from agents.decisions.steps import Steps
from schemas.customer_row import CustomerRow
from schemas.history import Kind, Step, order_steps, refund_steps
from schemas.newest_orders import pack
from schemas.rows import OrderRow, RefundRow
from tests.agents.small_policies import SPENT, small
from tests.builders import T0, customer_row

POLICY = small(SPENT)
ALL_COUNT = replace(POLICY, zero_value_counts=True)
IDS = ["1", "2", "3"]
moments = st.integers(0, 6).map(lambda ms: T0 + ms)
order_rows = st.builds(
    lambda at, counted, begins, cancelled: OrderRow(
        at, 100, "GBP", 100, counted, "e", 0, cancelled, "c", cancelled or 0, begins
    ),
    moments,
    st.booleans(),
    st.just(0) | moments,
    st.none() | moments,
)
refund_rows = st.builds(
    lambda at, order_id, acts_at: RefundRow(at, order_id, 5, "GBP", None, None, "e", acts_at),
    moments,
    st.none() | st.sampled_from(IDS),
    st.just(0) | moments,
)


class Rows(NothingStored):
    """A store of the rows given."""

    def __init__(self, orders: dict[str, OrderRow], refunds: dict[str, RefundRow]) -> None:
        super().__init__()
        self.orders = orders
        self.refunds = refunds
        self.asked = 0

    def order(self, order_id: str) -> OrderRow | None:
        self.asked += 1
        return self.orders.get(order_id)

    def refund(self, refund_id: str) -> RefundRow | None:
        self.asked += 1
        return self.refunds.get(refund_id)

    def steps(self, kind: Kind, start: int, end: int, *, newest_first: bool = False) -> Iterator[Step]:
        self.asked += 1
        return sorted_steps(self.orders, self.refunds).steps(kind, start, end, newest_first=newest_first)


def sorted_steps(orders: dict[str, OrderRow], refunds: dict[str, RefundRow]) -> Steps:
    steps = Steps()
    for order_id, order in orders.items():
        for kind, at in order_steps(order):
            steps.add(kind, at, order_id)
    for refund_id, refund in refunds.items():
        for kind, at in refund_steps(refund):
            steps.add(kind, at, refund_id)
    return steps


orders = st.dictionaries(st.sampled_from(IDS), order_rows)
refunds = st.dictionaries(st.sampled_from(IDS), refund_rows)


@given(
    stored=st.tuples(orders, refunds),
    changes=st.lists(st.tuples(st.sampled_from(IDS), order_rows | refund_rows)),
    newest_first=st.booleans(),
)
def test_steps_are_those_of_the_rows_as_they_are_left(
    *,
    stored: tuple[dict[str, OrderRow], dict[str, RefundRow]],
    changes: list[tuple[str, OrderRow | RefundRow]],
    newest_first: bool,
) -> None:
    left_orders, left_refunds = dict(stored[0]), dict(stored[1])
    customer = Customer("ann", CustomerRow(), Rows(*stored))
    for name, row in changes:
        if isinstance(row, OrderRow):
            customer.around.put_order(name, row)
            left_orders[name] = row
        else:
            customer.around.put_refund(name, row)
            left_refunds[name] = row
    customer.row.spilled, customer.row.refunds = len(left_orders), len(left_refunds)
    wanted = sorted_steps(left_orders, left_refunds)
    for kind in Kind:
        for start, end in ((0, T0 + 9), (T0 + 2, T0 + 5)):
            expected = list(wanted.steps(kind, start, end, newest_first=newest_first))
            assert list(customer.steps(kind, start, end, newest_first=newest_first)) == expected
    assert {name: customer.order(name) for name in left_orders} == left_orders
    assert {name: customer.refund(name) for name in left_refunds} == left_refunds


def test_nobody_asks_the_store_for_rows_that_are_all_in_hand() -> None:
    stored = Rows({}, {})
    customer = Customer("ann", CustomerRow(), stored)
    assert (customer.order("1"), customer.refund("1"), list(customer.steps(Kind.COUNTED, 0, T0))) == (None, None, [])
    customer.row.spilled = customer.row.refunds = 1
    customer.around.put_order("1", OrderRow(T0, 100, "GBP", 100, True, "e"))
    customer.around.put_refund("1", RefundRow(T0, None, 5, "GBP", None, None, "e", T0))
    assert (customer.order("2"), customer.refund("2")) == (None, None)
    assert list(customer.steps(Kind.COUNTED, 0, T0 + 1)) == [Step(T0, "1")]
    assert stored.asked == 0


def test_counted_orders_come_by_their_instants_wherever_they_stand() -> None:
    stored = OrderRow(T0 + 2, 100, "GBP", 100, True, "e")
    customer = Customer("ann", customer_row(spilled=3), Rows({"b": stored, "x": changed(stored, counted=False)}, {}))
    customer.around.put_order("d", OrderRow(T0 + 4, 100, "EUR", None, True, "e"))
    packed = [(T0 + 5, 100, b"e"), (T0 + 1, 100, b"a"), (T0 + 3, 0, b"c")]
    customer.row.newest = b"".join(pack(at, amount, name, b"e") for at, amount, name in packed)
    assert [at for at, _ in customer.counted_orders(0, T0 + 9, POLICY)] == [T0 + 1, T0 + 2, T0 + 4, T0 + 5]
    assert [at for at, _ in customer.counted_orders(T0 + 2, T0 + 5, ALL_COUNT)] == [T0 + 2, T0 + 3, T0 + 4]
