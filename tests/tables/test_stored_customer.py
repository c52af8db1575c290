"""A customer's rows and the instants at which they act: what memory and database hold is one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.history import Kind, Step
from schemas.rows import EngagementRow, OrderRow, ProfileRow, RefundRow, WaitingRow
from tables.codec import encode
from tables.draft import Draft
from tables.keys import ENGAGEMENT, OCCASION, PROFILE, REFUND, WAITING, nested_key
from tables.partition_table import PartitionTable
from tables.position import Position
from tables.stored_customer import StoredCustomer
from tests.builders import MEMORY, T0, new_directory
from tests.tables.stored_histories import (
    CUSTOMERS,
    IDS,
    LATER,
    Partition,
    moments,
    order_at,
    order_rows,
    put,
    refund_rows,
)

EVER = (0, T0 + 1_000)
Change = tuple[bytes, str, OrderRow | RefundRow] | tuple[bytes] | str
changes = st.lists(
    st.tuples(st.sampled_from(CUSTOMERS), st.sampled_from(IDS), order_rows | refund_rows)
    | st.tuples(st.sampled_from(CUSTOMERS))
    | st.sampled_from(["commit", "flush", "restore"]),
    max_size=25,
)


def commit(table: PartitionTable, draft: Draft) -> Draft:
    table.apply(draft, Position(1, T0))
    return table.begin()


@pytest.fixture
def table(tmp_path: Path) -> Iterator[PartitionTable]:
    db = MEMORY.open(tmp_path / "db")
    yield PartitionTable(db)
    db.close()


@settings(max_examples=100)
@given(changes, moments, st.integers(0, LATER + 1))
def test_the_steps_are_those_of_the_rows_whatever_happened_to_them(done: list[Change], start: int, length: int) -> None:
    """Rewritten, erased, flushed, restored with the entries of what is gone: an entry without its row is no step."""
    with new_directory() as directory:
        partition = Partition(directory)
        for change in done:
            if isinstance(change, str):
                partition.do(change)
            elif len(change) == 1:
                partition.erase(*change)
            else:
                partition.put(*change)
        for customer in (*CUSTOMERS, b"cyd"):
            found = StoredCustomer(partition.draft, customer)
            told = list(partition.steps(customer))
            for kind in Kind:
                for low, high in (EVER, (start, start + length)):
                    wanted = sorted(Step(at, name) for what, at, name in told if what is kind and low <= at < high)
                    assert list(found.steps(kind, low, high)) == wanted
                    assert list(found.steps(kind, low, high, newest_first=True)) == wanted[::-1]
        partition.db.close()


def counted(draft: Draft, customer: bytes) -> list[int]:
    return [at for at, _ in StoredCustomer(draft, customer).steps(Kind.COUNTED, *EVER)]


def test_a_customer_without_orders_in_the_database_has_no_steps(table: PartitionTable) -> None:
    draft = table.begin()
    put(draft, b"ann", "1", order_at(T0))
    draft.dues.append((T0, b"ann"))
    draft = commit(table, draft)
    table.flush()
    assert (counted(draft, b"bob"), counted(draft, b"an"), counted(draft, b"ann")) == ([], [], [T0])


def test_an_interval_of_steps_begins_with_its_start_and_ends_before_its_end(table: PartitionTable) -> None:
    draft = table.begin()
    for number in (1, 2, 3):
        put(draft, b"ann", str(number), order_at(T0 + number))
    for _ in range(2):
        ann = StoredCustomer(draft, b"ann")
        assert list(ann.steps(Kind.COUNTED, T0 + 1, T0 + 3)) == [Step(T0 + 1, "1"), Step(T0 + 2, "2")]
        assert list(ann.steps(Kind.COUNTED, T0 + 2, T0 + 2)) == []
        draft = commit(table, draft)
        table.flush()


def test_an_order_that_stopped_counting_is_passed_over_before_the_database_knows(table: PartitionTable) -> None:
    draft = table.begin()
    for order_id in ("1", "2", "3"):
        put(draft, b"ann", order_id, order_at(T0 + int(order_id)))
    draft = commit(table, draft)
    table.flush()
    for order_id in ("1", "3"):
        put(draft, b"ann", order_id, order_at(T0 + int(order_id), counted=False))
    for _ in range(2):
        assert counted(draft, b"ann") == [T0 + 2]
        uncounted = StoredCustomer(draft, b"ann").steps(Kind.UNCOUNTED, *EVER)
        assert list(uncounted) == [Step(T0 + 1, "1"), Step(T0 + 3, "3")]
        draft = commit(table, draft)


def test_an_order_that_counts_again_stands_once_among_those_that_do(table: PartitionTable) -> None:
    draft = table.begin()
    for counts in (True, False, True):
        put(draft, b"ann", "1", order_at(T0, counted=counts))
        draft = commit(table, draft)
        table.flush()
        ann = StoredCustomer(draft, b"ann")
        assert [step.at for step in ann.steps(Kind.COUNTED, *EVER)] == ([T0] if counts else [])
        assert [step.at for step in ann.steps(Kind.UNCOUNTED, *EVER)] == ([] if counts else [T0])


def test_the_order_of_an_erased_customer_is_not_taken_for_that_of_her_next_life(tmp_path: Path) -> None:
    """The restored index holds the entries of both; the one row says which of them stands."""
    partition = Partition(tmp_path)
    partition.put(b"ann", "1", order_at(T0))
    partition.do("commit")
    partition.erase(b"ann")
    partition.do("restore")
    assert counted(partition.draft, b"ann") == []
    partition.put(b"ann", "1", order_at(T0 + 5))
    partition.do("restore")
    assert counted(partition.draft, b"ann") == [T0 + 5]
    partition.db.close()


def test_rows_are_found_by_their_id(table: PartitionTable) -> None:
    draft = table.begin()
    refund = RefundRow(T0, None, 5, "GBP", None, None, "e")
    put(draft, b"ann", "1", order_at(T0))
    draft.rows[nested_key(REFUND, b"ann", "r")] = encode(refund)
    draft.rows[nested_key(WAITING, b"ann", "2")] = encode(WaitingRow(["r"]))
    for _ in range(3):
        ann, bob = StoredCustomer(draft, b"ann"), StoredCustomer(draft, b"bob")
        assert (ann.order("1"), ann.refund("r"), ann.waiting("2")) == (order_at(T0), refund, WaitingRow(["r"]))
        assert (ann.order("2"), ann.refund("1"), ann.waiting("r")) == (None, None, None)
        assert (bob.order("1"), bob.refund("r"), bob.waiting("2")) == (None, None, None)
        draft = commit(table, draft)
        table.flush()


def test_what_there_is_once_of_a_customer_is_hers_alone(table: PartitionTable) -> None:
    draft = table.begin()
    engagement = EngagementRow({"review_posted": T0})
    profile = ProfileRow(T0, "p-1", None, "GB", None, {}, None, [], [])
    draft.rows |= {ENGAGEMENT + b"ann": encode(engagement), PROFILE + b"ann": encode(profile)}
    for _ in range(2):
        ann, bob = StoredCustomer(draft, b"ann"), StoredCustomer(draft, b"bob")
        assert (ann.engagement(), ann.profile(), bob.engagement(), bob.profile()) == (engagement, profile, None, None)
        draft = commit(table, draft)
        table.flush()


def test_a_reward_is_decided_if_this_life_or_an_earlier_one_has_decided_it(table: PartitionTable) -> None:
    draft = table.begin()
    draft.rows[nested_key(OCCASION, b"ann", "now")] = b"any"
    ann = StoredCustomer(draft, b"ann", decided_before=lambda reward: reward == "before")
    assert [ann.decided(reward) for reward in ("now", "before", "never")] == [True, True, False]
    assert not StoredCustomer(draft, b"ann").decided("before")
