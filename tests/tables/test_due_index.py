"""The due index against its law: whoever has a due is taken in time, never early, the oldest first."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rocksdict import Rdict

from tables.due_index import DueIndex
from tables.partition_table import PartitionTable
from tables.position import Position
from tests.builders import MEMORY, new_directory

CUSTOMERS = [b"ann", b"bob", b"\xc3\xa9ve", b"d", b"dd"]
steps = st.lists(
    st.tuples(st.just("due"), st.sampled_from(CUSTOMERS), st.integers(0, 40))
    | st.tuples(st.just("pass"), st.integers(1, 3), st.integers(0, 12))
    | st.tuples(st.sampled_from(["flush", "reopen"]), st.none(), st.none()),
    max_size=40,
)  # fmt: skip


class Shop:
    """Dues as the customer rows have them (0 = none), and an index that is kept as `PartitionWork` keeps it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db: Rdict = MEMORY.open(path)
        self.table = PartitionTable(self.db)
        self.dues = dict.fromkeys(CUSTOMERS, 0)
        self.clock = 1

    def move_due(self, customer: bytes, ahead: int) -> None:
        """A fact moves a due: only an earlier one is written. No `ahead`, no due."""
        before, after = self.dues[customer], self.clock + ahead if ahead else 0
        self.dues[customer] = after
        if after and (not before or after < before):
            self.commit([(after, customer)])

    def commit(self, entries: list[tuple[int, bytes]]) -> None:
        draft = self.table.begin()
        draft.dues = entries
        self.table.apply(draft, Position(self.clock, 0))

    def pass_time(self, limit: int, ahead: int) -> None:
        self.clock += ahead
        rounds = 0
        while taken := self.table.due.take(self.clock, limit):
            rounds += 1
            assert rounds < 200, "an entry is taken again and again"
            assert len(taken) <= limit
            assert taken == sorted(taken), "the oldest first"
            assert all(at <= self.clock for at, _ in taken), "nobody is early"
            self.commit([(self.settle(customer), customer) for _, customer in taken if self.settle(customer)])
        assert not [customer for customer, due in self.dues.items() if 0 < due <= self.clock], "nobody is missed"

    def settle(self, customer: bytes) -> int:
        """A due that has come is done with; a later one is written again."""
        if self.dues[customer] <= self.clock:
            self.dues[customer] = 0
        return self.dues[customer]

    def reopen(self) -> None:
        self.table.flush()
        self.db.close()
        self.db = MEMORY.open(self.path)
        self.table = PartitionTable(self.db)


@settings(max_examples=80)
@given(steps)
def test_nobody_is_missed_or_early_whatever_happens_to_the_index(done: list[tuple[str, bytes | int, int]]) -> None:
    with new_directory() as directory:
        shop = Shop(directory / "db")
        for step, what, ahead in done:
            if step == "due" and isinstance(what, bytes):
                shop.move_due(what, ahead)
            elif step == "pass" and isinstance(what, int):
                shop.pass_time(what, ahead)
            elif step == "flush":
                shop.table.flush()
            else:
                shop.reopen()
            earliest = min((due for due in shop.dues.values() if due), default=None)
            bound = shop.table.due.next()
            assert earliest is None or (bound is not None and bound <= earliest), "next is a lower bound"
        shop.pass_time(3, 50)
        shop.db.close()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Rdict]:
    database = MEMORY.open(tmp_path / "db")
    yield database
    database.close()


def stored(db: Rdict, *entries: tuple[int, bytes]) -> DueIndex:
    """Give an index whose entries are all in the database."""
    table = PartitionTable(db)
    draft = table.begin()
    draft.rows[b"cann"], draft.dues = b"", list(entries)
    table.apply(draft, Position(1, 0))
    table.flush()
    return PartitionTable(db).due


def test_the_oldest_of_memory_and_database_are_taken_first(db: Rdict) -> None:
    index = stored(db, (1, b"a"), (3, b"c"), (5, b"e"), (9, b"z"))
    index.add(2, b"b")
    index.add(4, b"d")
    assert index.next() == 1
    assert index.take(5, 2) == [(1, b"a"), (2, b"b")]
    assert index.take(5, 9) == [(3, b"c"), (4, b"d"), (5, b"e")]
    assert (index.take(8, 9), index.next()) == ([], 9)
    assert index.take(9, 9) == [(9, b"z")]
    assert (index.take(2**50, 9), index.next()) == ([], None)


def test_entries_of_the_database_are_taken_once_also_in_many_bites(db: Rdict) -> None:
    index = stored(db, *((number, b"c%d" % number) for number in range(50)))
    taken = [entry for _ in range(30) for entry in index.take(100, 3)]
    assert taken == [(number, b"c%d" % number) for number in range(50)]


def test_what_was_taken_is_gone_from_the_database_after_the_next_write_back(db: Rdict) -> None:
    stored(db, (1, b"a"), (2, b"b"))
    table = PartitionTable(db)
    assert table.due.take(1, 9) == [(1, b"a")]
    table.flush()
    assert PartitionTable(db).due.take(9, 9) == [(2, b"b")]


def test_an_earlier_entry_than_all_that_was_fetched_is_found_after_a_write_back(db: Rdict) -> None:
    stored(db, (5, b"e"), (7, b"g"))
    table = PartitionTable(db)
    assert table.due.take(5, 9) == [(5, b"e")]
    table.due.add(2, b"b")
    table.flush()
    assert table.due.next() == 2
    assert table.due.take(9, 9) == [(2, b"b"), (7, b"g")]


def test_it_says_whether_entries_may_fire_and_forgets_what_was_overdue(db: Rdict) -> None:
    index = stored(db, (10, b"ann"), (10, b"bob"))
    assert not index.fires(9)
    assert index.fires(10)
    assert (len(index.take(10, 1)), index.overdue) == (1, True)
    assert (len(index.take(10, 5)), index.overdue) == (1, False)
    assert not index.fires(10)


def test_what_fired_in_vain_counts_as_unwritten_until_the_next_write_back(db: Rdict) -> None:
    stored(db, *((number, b"c%d" % number) for number in range(100)))
    table = PartitionTable(db)
    for at, customer in table.due.take(200, 100):
        table.due.add(at + 1_000, customer)
    assert table.due.unwritten == 200
    table.flush()
    assert table.due.unwritten == 0
