"""A spoiled database is told from one that is only busy, and kept aside; one with a cut log is what it was before."""

import gc
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from rocksdict import Rdict, WriteBatch

from tables.keys import POSITION
from tables.position import Position, decode_position, encode_position
from tables.unreadable import forget, is_unreadable, set_aside
from tests.builders import MEMORY
from tests.tables.spoiling import UNREADABLE, Spoil, cut_the_log

ROWS = 5_000
AT_S = 1_700_000_000


def key(number: int) -> bytes:
    return b"oann\x00order-%06d" % number


def write(db: Rdict, numbers: range) -> None:
    """Write rows and their position as a task does: one batch."""
    batch = WriteBatch(raw_mode=True)
    for number in numbers:
        batch.put(key(number), b"v" * 100)
    batch.put(POSITION, encode_position(Position(numbers.stop, 0)))
    db.write(batch)


def close(db: Rdict) -> None:
    db.close()
    gc.collect()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with a table and, newer than it, a log: what a killed worker leaves."""
    at_work, left = tmp_path / "at-work.db", tmp_path / "customers-3.db"
    db = MEMORY.open(at_work)
    write(db, range(ROWS))
    db.flush()
    for first in range(ROWS, 2 * ROWS, 100):
        write(db, range(first, first + 100))
    copy_at_one_moment(at_work, left)
    close(db)
    return left


def copy_at_one_moment(source: Path, target: Path) -> None:
    """Copy a database that is open: once more where files have come or gone meanwhile, as RocksDB likes."""
    while True:
        names = sorted(source.iterdir())
        with suppress(shutil.Error):
            shutil.copytree(source, target)
        if sorted(source.iterdir()) == names == sorted(source / file.name for file in target.iterdir()):
            return
        shutil.rmtree(target)


@pytest.mark.parametrize("spoil", UNREADABLE)
def test_a_spoiled_database_is_known_by_what_it_raises(database: Path, spoil: Spoil) -> None:
    spoil(database)
    with pytest.raises(Exception) as raised:  # noqa: PT011  # rocksdict knows nothing more exact
        read_all(database)
    assert is_unreadable(raised.value), raised.value


def read_all(database: Path) -> None:
    db = MEMORY.open(database)
    try:
        for number in range(2 * ROWS):
            db.get(key(number))
    finally:
        close(db)


def test_what_may_pass_does_not_make_a_database_unreadable(database: Path) -> None:
    db = MEMORY.open(database)
    with pytest.raises(Exception, match=r"(?i)lock") as raised:
        MEMORY.open(database)
    assert not is_unreadable(raised.value)
    assert not is_unreadable(Exception("IO error: No space left on device: While appending to file"))
    assert not is_unreadable(OSError("Corruption"))
    close(db)


def test_a_cut_log_leaves_the_rows_up_to_the_position_that_is_kept(database: Path) -> None:
    cut_the_log(database)
    db = MEMORY.open(database)
    stored = db.get(POSITION)
    assert stored is not None
    reached = decode_position(stored).next_offset
    assert ROWS < reached < 2 * ROWS
    assert all(key(number) in db for number in range(reached))
    assert key(reached) not in db
    close(db)


def test_a_database_set_aside_leaves_an_empty_place(database: Path) -> None:
    aside = set_aside(database)
    assert aside.name == "customers-3.db.unreadable-1"
    db = MEMORY.open(database)
    assert db.get(POSITION) is None
    close(db)


def test_a_database_that_has_vanished_is_no_error(tmp_path: Path) -> None:
    set_aside(tmp_path / "customers-3.db")
    assert not list(tmp_path.iterdir())


def test_what_was_set_aside_is_forgotten_when_it_is_old_whichever_partition_it_was_of(tmp_path: Path) -> None:
    for name in ("customers-3.db", "customers-4.db"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "CURRENT").write_text("spoiled")
        os.utime(tmp_path / name, (0, 0))
    aside = [set_aside(tmp_path / "customers-3.db"), set_aside(tmp_path / "customers-4.db")]
    (tmp_path / "customers-3.db").mkdir()
    assert forget(tmp_path, (AT_S - 1) * 1000) == []
    for path in aside:
        os.utime(path, (AT_S, AT_S))
    assert forget(tmp_path, AT_S * 1000) == []
    assert forget(tmp_path, (AT_S + 1) * 1000) == [path.name for path in aside]
    assert [path.name for path in tmp_path.iterdir()] == ["customers-3.db"]


def test_only_the_newest_few_are_kept(tmp_path: Path) -> None:
    database = tmp_path / "customers-3.db"
    for _ in range(12):
        database.mkdir()
        set_aside(database)
    assert sorted(path.name.rpartition("-")[2] for path in tmp_path.iterdir()) == ["10", "11", "12"]
