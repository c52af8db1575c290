"""Rows of a changelog put into a store: as a file of sorted rows and as a batch the same comes of it."""

from pathlib import Path

import pytest

from schemas.customer_row import CustomerRow
from tables.customer_codec import encode_customer
from tables.keys import BY_TIME, CUSTOMER, DUE, POSITION, due_key
from tables.position import Position, encode_position
from tables.restoring import put_restored
from tables.rocks import RocksMemory
from tables.scanning import scan_rows
from tests.builders import MEMORY, T0

BEHIND = Position(7, T0)
FILE, BATCH = 1, 100


def due_at(at: int) -> bytes:
    row = CustomerRow()
    row.met, row.due = True, at
    return encode_customer(row)


@pytest.mark.parametrize("file_rows", [FILE, BATCH])
def test_rows_their_local_entries_and_the_position_are_there(tmp_path: Path, file_rows: int) -> None:
    db = MEMORY.open(tmp_path / "db")
    put_restored(db, {b"czoe": due_at(T0), b"cann": due_at(T0 + 1), b"wann": b"1"}, BEHIND, file_rows)
    assert scan_rows(db, CUSTOMER, b"z", 10) == [(b"cann", due_at(T0 + 1)), (b"czoe", due_at(T0)), (b"wann", b"1")]
    assert scan_rows(db, DUE, BY_TIME, 10) == [
        (due_key(T0, b"zoe"), b""),
        (due_key(T0 + 1, b"ann"), b""),
        (POSITION, encode_position(BEHIND)),
    ]
    db.close()


@pytest.mark.parametrize("file_rows", [FILE, BATCH])
def test_what_is_put_later_counts_and_a_row_that_was_deleted_is_gone(tmp_path: Path, file_rows: int) -> None:
    db = MEMORY.open(tmp_path / "db")
    put_restored(db, {b"wann": b"1", b"wzoe": b"1"}, Position(2, T0), BATCH)
    put_restored(db, {b"wann": None, b"wzoe": b"2"}, BEHIND, file_rows)
    assert scan_rows(db, POSITION, b"z", 10) == [(POSITION, encode_position(BEHIND)), (b"wzoe", b"2")]
    db.close()


def test_a_file_is_laid_out_as_the_store_lays_out_its_own(tmp_path: Path) -> None:
    db = RocksMemory(16, 8).open(tmp_path / "db")  # a cache of its own, which no other store fills
    put_restored(db, {b"w%06d" % number: b"v" * 100 for number in range(0, 10_000, 2)}, BEHIND, FILE)
    absent = [b"w%06d" % number for number in range(1, 10_000, 2)]
    assert not any(db.get(key) for key in (absent[0], absent[-1]))  # which reads its filters into the block cache
    assert sum(not db.key_may_exist(key) for key in absent) > 0.95 * len(absent)
    assert list(tmp_path.rglob("*.part")) == []
    db.close()


def test_a_file_that_a_kill_has_left_half_written_is_written_over(tmp_path: Path) -> None:
    db = MEMORY.open(tmp_path / "db")
    (tmp_path / "db" / "restored.part").write_bytes(b"half a file")
    put_restored(db, {b"wann": b"1"}, BEHIND, FILE)
    db.close()
    db = MEMORY.open(tmp_path / "db")
    assert scan_rows(db, b"w", b"x", 10) == [(b"wann", b"1")]
    db.close()
