"""Restoring a row derives the entries that were written with it."""

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from schemas.customer_row import CustomerRow
from schemas.history import Kind
from schemas.rows import OrderRow, RefundRow, WaitingRow
from tables.codec import encode
from tables.customer_codec import encode_customer
from tables.derived import by_time_entries, derive
from tables.keys import CUSTOMER, ORDER, REFUND, WAITING, by_time_key, due_key, nested_key
from tests.builders import T0, customer_row
from tests.tables.stored_histories import order_at, order_rows, refund_rows

ids = st.text(min_size=1, max_size=9).filter(lambda text: "\0" not in text)
customers = st.sampled_from([b"ann", b"an"])
NAME: Final = b"1"


@given(customers, ids, order_rows | refund_rows)
def test_restoring_a_row_derives_the_entries_that_were_written(
    customer: bytes, name: str, row: OrderRow | RefundRow
) -> None:
    family = ORDER if isinstance(row, OrderRow) else REFUND
    derived = derived_from(nested_key(family, customer, name), encode(row))
    assert derived == dict(by_time_entries(customer, name.encode(), row))


def derived_from(key: bytes, value: bytes) -> dict[bytes, bytes | None]:
    local: dict[bytes, bytes | None] = {}
    derive(key, value, local)
    return local


def entries(row: OrderRow | RefundRow) -> dict[bytes, bytes | None]:
    return dict(by_time_entries(b"ann", NAME, row))


def key(kind: Kind, at: int) -> bytes:
    return by_time_key(b"ann", kind.value, at, NAME)


def test_an_order_is_where_it_counts_and_nowhere_else() -> None:
    assert entries(order_at(T0)) == {key(Kind.COUNTED, T0): b"", key(Kind.UNCOUNTED, T0): None}
    assert entries(order_at(T0, counted=False)) == {key(Kind.UNCOUNTED, T0): b"", key(Kind.COUNTED, T0): None}


def test_an_order_that_came_too_late_and_was_cancelled_is_at_four_instants() -> None:
    order = OrderRow(T0, 100, "GBP", 100, False, "o-1", 0, T0 + 1, "c-1", T0 + 9, T0 + 8)
    assert entries(order) == {
        key(Kind.UNCOUNTED, T0): b"",
        key(Kind.COUNTED, T0): None,
        key(Kind.BEGINS, T0 + 8): b"",
        key(Kind.CANCELLED, T0 + 9): b"",
    }


def test_a_refund_is_at_the_instant_of_its_effect_and_a_free_one_also_at_its_own() -> None:
    named, free = (RefundRow(T0, order_id, 5, "GBP", None, None, "r", T0 + 3) for order_id in ("7", None))
    assert entries(named) == {key(Kind.REFUND, T0 + 3): b""}
    assert entries(free) == {key(Kind.REFUND, T0 + 3): b"", key(Kind.FREE, T0): b""}


def test_a_refund_without_effect_is_nowhere() -> None:
    assert entries(RefundRow(T0, None, 5, "EUR", None, None, "r")) == {}


def test_a_customer_is_due_when_she_wakes() -> None:
    def derived(row: CustomerRow) -> dict[bytes, bytes | None]:
        return derived_from(CUSTOMER + b"ann", encode_customer(row))

    assert derived(customer_row(due=T0 + 9)) == {due_key(T0 + 9, b"ann"): b""}
    assert derived(customer_row(due=T0 + 9, ahead=T0 + 5)) == {due_key(T0 + 5, b"ann"): b""}
    assert derived(customer_row(ahead=T0 + 5)) == {due_key(T0 + 5, b"ann"): b""}
    assert derived(CustomerRow()) == {}


def test_other_rows_have_no_entries() -> None:
    assert derived_from(nested_key(WAITING, b"ann", "1"), encode(WaitingRow(["r"]))) == {}
