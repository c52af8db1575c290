"""Memory over disk reads as one table, and what reached the disk is a prefix of what was committed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rocksdict import Rdict

from tables.keys import POSITION
from tables.partition_table import PartitionTable
from tables.position import Position
from tests.builders import MEMORY, T0, new_directory

KEYS = [b"cann", b"cbob", b"oann\x001", b"oann\x002", b"oann\x0011", b"p\0progress", b"rann\x00r", b"wann\x00w"]
Rows = dict[bytes, bytes | None]

rows = st.dictionaries(st.sampled_from(KEYS), st.none() | st.binary(max_size=3), max_size=5)
steps = st.lists(
    rows.map(lambda changes: ("commit", changes))
    | rows.map(lambda changes: ("forget", changes))
    | st.sampled_from([("flush", {}), ("reopen", {}), ("crash", {})]),
    max_size=20,
)


class Model:
    """The table beside a dictionary that does as it should."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db: Rdict = MEMORY.open(path)
        self.table = PartitionTable(self.db)
        self.rows: Rows = {}
        self.flushed: Rows = {}
        self.commits = self.flushed_commits = 0

    def do(self, step: str, changes: Rows) -> None:
        if step in ("commit", "forget"):
            self.change(changes, commit=step == "commit")
        if step in ("flush", "reopen"):
            self.table.flush()
            self.flushed, self.flushed_commits = dict(self.rows), self.commits
        if step in ("reopen", "crash"):
            self.db.close()
            self.db = MEMORY.open(self.path)
            self.table = PartitionTable(self.db)
            self.rows, self.commits = dict(self.flushed), self.flushed_commits

    def change(self, changes: Rows, *, commit: bool) -> None:
        draft = self.table.begin()
        draft.rows.update(changes)
        expected = self.rows | changes
        assert draft.get_many(KEYS) == [expected.get(key) for key in KEYS], "a draft lies over what is committed"
        assert [draft.get(key) for key in KEYS] == [expected.get(key) for key in KEYS]
        if commit:
            self.commits += 1
            self.table.apply(draft, Position(self.commits, T0))
            self.rows = expected

    def check(self) -> None:
        expected = [self.rows.get(key) for key in KEYS]
        assert self.table.get_many(KEYS) == expected
        assert [self.table.get(key) for key in KEYS] == expected
        position = Position(self.commits, T0) if self.commits else None
        assert self.table.position == position
        assert [self.db.get(key) for key in KEYS] == [self.flushed.get(key) for key in KEYS]


@settings(max_examples=60)
@given(steps)
def test_a_table_is_a_dictionary_whatever_happens_to_it(done: list[tuple[str, Rows]]) -> None:
    with new_directory() as directory:
        model = Model(directory / "db")
        for step, changes in done:
            model.do(step, changes)
            model.check()
        model.db.close()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Rdict]:
    database = MEMORY.open(tmp_path / "db")
    yield database
    database.close()


class OneBatch:
    """A database that counts how it is written."""

    def __init__(self, db: Rdict) -> None:
        self._db = db
        self.writes: list[int] = []

    def write(self, batch: object) -> None:
        self.writes.append(len(batch))  # type: ignore[arg-type]
        self._db.write(batch)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> object:
        return getattr(self._db, name)


def test_a_write_back_is_one_batch_with_its_position(db: Rdict) -> None:
    counting = OneBatch(db)
    table = PartitionTable(counting)  # type: ignore[arg-type]
    draft = table.begin()
    draft.rows.update({b"cann": b"1", b"cbob": None})
    draft.times = {b"ann": {b"Tann\0\0\0\0\0\0\0\0\x011": b""}}
    draft.dues = [(T0, b"ann")]
    table.apply(draft, Position(7, T0))
    assert (table.unwritten, db.get(POSITION)) == (2, None)
    table.flush()
    assert counting.writes == [5]
    assert (table.unwritten, db.get(b"cann"), PartitionTable(db).position) == (0, b"1", Position(7, T0))


def test_rows_stay_readable_from_memory_until_the_write_back_after_next(db: Rdict) -> None:
    table = PartitionTable(db)
    for number in (1, 2):
        draft = table.begin()
        draft.rows[b"cann"] = b"%d" % number
        table.apply(draft, Position(number, T0))
        table.flush()
        assert table.get(b"cann") == b"%d" % number
    table.flush()
    assert table.get(b"cann") == b"2"


def test_a_table_without_a_commit_writes_nothing_back(db: Rdict) -> None:
    PartitionTable(db).flush()
    assert list(db.items()) == []


def test_two_drafts_know_nothing_of_each_other(db: Rdict) -> None:
    table = PartitionTable(db)
    first, second = table.begin(), table.begin()
    first.rows[b"cann"] = b"1"
    first.times[b"ann"] = {b"key": b""}
    assert (second.get(b"cann"), second.by_time_changes(b"ann")) == (None, {})
    assert (table.get(b"cann"), table.by_time_changes(b"ann")) == (None, {})
