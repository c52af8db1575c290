"""A customer's order rows and their instants: what memory and database hold is one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.rows import OrderRow, RefundRow, WaitingRow
from tables.codec import encode
from tables.derived import by_time_entry, derived_entries
from tables.draft import Draft
from tables.keys import ORDER, REFUND, WAITING, nested_key
from tables.partition_table import PartitionTable
from tables.position import Position
from tables.stored_customer import StoredCustomer
from tests.builders import MEMORY, T0, new_directory

IDS = ["1", "2", "3", "11"]
steps = st.lists(
    st.tuples(st.sampled_from([b"ann", b"bob", b"an"]), st.sampled_from(IDS), st.booleans())
    | st.sampled_from(["commit", "flush"]),
    max_size=25,
)


def row(at: int, *, counted: bool = True) -> OrderRow:
    return OrderRow(at, 100, "GBP", 100, counted)


def put(draft: Draft, customer: bytes, order_id: str, order: OrderRow) -> None:
    """Write an order row as `PartitionWork` does."""
    draft.rows[nested_key(ORDER, customer, order_id)] = encode(order)
    index, present = by_time_entry(customer, order_id.encode(), order)
    draft.by_time.setdefault(customer, {})[index] = present


def commit(table: PartitionTable, draft: Draft) -> Draft:
    table.apply(draft, Position(1, T0))
    return table.begin()


@pytest.fixture
def table(tmp_path: Path) -> Iterator[PartitionTable]:
    db = MEMORY.open(tmp_path / "db")
    yield PartitionTable(db)
    db.close()


@settings(deadline=None, max_examples=60)
@given(steps, st.sets(st.sampled_from(IDS)))
def test_the_extremes_are_those_of_the_orders_that_count(
    done: list[tuple[bytes, str, bool] | str], left: set[str]
) -> None:
    with new_directory() as directory:
        db = MEMORY.open(directory / "db")
        table = PartitionTable(db)
        draft = table.begin()
        counted: dict[tuple[bytes, str], int] = {}
        for step in done:
            if isinstance(step, tuple):
                customer, order_id, counts = step
                at = T0 + int(order_id) * 1_000
                put(draft, customer, order_id, row(at, counted=counts))
                counted[customer, order_id] = at if counts else 0
            else:
                draft = commit(table, draft)
                if step == "flush":
                    table.flush()
        for customer in (b"ann", b"bob", b"an", b"cyd"):
            found = StoredCustomer(draft, customer)
            instants = [at for (whose, name), at in counted.items() if whose == customer and at and name not in left]
            assert found.newest_counted(left) == max(instants, default=None)
            assert found.oldest_counted(left) == min(instants, default=None)
        db.close()


def test_a_customer_without_orders_in_the_database_has_no_extremes(table: PartitionTable) -> None:
    draft = table.begin()
    put(draft, b"ann", "1", row(T0))
    draft.dues.append((T0, b"ann"))
    draft = commit(table, draft)
    table.flush()
    nobody = StoredCustomer(draft, b"bob")
    assert (nobody.newest_counted(()), nobody.oldest_counted(())) == (None, None)
    ann = StoredCustomer(draft, b"ann")
    assert (ann.newest_counted(()), ann.oldest_counted(())) == (T0, T0)


def test_rows_are_found_by_their_id(table: PartitionTable) -> None:
    draft = table.begin()
    refund = RefundRow(T0, None, 5, "GBP", None, None, "e")
    put(draft, b"ann", "1", row(T0))
    draft.rows[nested_key(REFUND, b"ann", "r")] = encode(refund)
    draft.rows[nested_key(WAITING, b"ann", "2")] = encode(WaitingRow(["r"]))
    for _ in range(3):
        ann, bob = StoredCustomer(draft, b"ann"), StoredCustomer(draft, b"bob")
        assert (ann.order("1"), ann.refund("r"), ann.waiting("2")) == (row(T0), refund, WaitingRow(["r"]))
        assert (ann.order("2"), ann.refund("1"), ann.waiting("r")) == (None, None, None)
        assert (bob.order("1"), bob.refund("r"), bob.waiting("2")) == (None, None, None)
        draft = commit(table, draft)
        table.flush()


order_rows = st.builds(OrderRow, st.just(T0), st.just(100), st.just("GBP"), st.just(100), st.booleans())
order_ids = st.text(min_size=1, max_size=9).filter(lambda text: "\0" not in text)


@given(st.sampled_from([b"ann", b"an"]), order_ids, order_rows)
def test_restoring_an_order_row_derives_the_entry_that_was_written(
    customer: bytes, order_id: str, order: OrderRow
) -> None:
    derived = list(derived_entries(nested_key(ORDER, customer, order_id), encode(order)))
    assert derived == [by_time_entry(customer, order_id.encode(), order)]


def test_an_order_that_stopped_counting_is_passed_over_before_the_database_knows(table: PartitionTable) -> None:
    draft = table.begin()
    for order_id in ("1", "2", "3"):
        put(draft, b"ann", order_id, row(T0 + int(order_id)))
    draft = commit(table, draft)
    table.flush()
    for order_id in ("1", "3"):
        put(draft, b"ann", order_id, row(T0 + int(order_id), counted=False))
    for _ in range(2):
        ann = StoredCustomer(draft, b"ann")
        assert (ann.newest_counted(()), ann.oldest_counted(())) == (T0 + 2, T0 + 2)
        draft = commit(table, draft)
