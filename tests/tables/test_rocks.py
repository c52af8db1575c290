"""A store on disk: opened again it still knows what it does not hold."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from rocksdict import Rdict, ReadOptions

from tables.rocks import RocksMemory
from tables.scanning import scan
from tests.tables.spoiling import spoil_a_block

MEMORY = RocksMemory(16, 8)
"""Of these stores alone: filters lie in the block cache, which others would fill."""
ABSENT = [b"oann\x00order-%d-absent" % number for number in range(1_000)]
PRESENT = [b"oann\x00order-%d" % number for number in range(5_000)]


def opened_again(path: Path, open_store: Callable[[Path], Rdict]) -> Rdict:
    db = MEMORY.open(path)
    for key in PRESENT:
        db.put(key, b"v" * 100)
    db.flush()
    db.close()
    return open_store(path)


IN_EACH_FILTER: Final = (ABSENT[0], ABSENT[450])
"""One in each partition of the filters; few others of the absent lie among the rows around them."""


def excluded(db: Rdict) -> int:
    """Filters lie in the block cache: both are read into it, and hardly any rows."""
    assert not any(db.get(key) for key in IN_EACH_FILTER)
    return sum(not db.key_may_exist(key) for key in ABSENT)


def test_a_store_that_was_opened_again_excludes_absent_keys_by_its_bloom_filters(tmp_path: Path) -> None:
    db = opened_again(tmp_path / "db", MEMORY.open)
    assert excluded(db) >= 950  # a filter lets about one in a hundred pass, and which depends on how rows lie in files
    assert all(db.key_may_exist(key) for key in PRESENT[:1_000])
    db.close()


def test_rows_that_are_in_no_file_yet_push_no_filter_out_of_the_cache(tmp_path: Path) -> None:
    db = opened_again(tmp_path / "db", RocksMemory(8, 8).open)
    for number in range(7_000):
        db.put(b"r%06d" % number, b"v" * 1_000)
    assert excluded(db) >= 950
    db.close()


def test_opened_without_the_name_of_the_column_family_it_would_not(tmp_path: Path) -> None:
    """Why `RocksMemory.open` names it; when this fails, rocksdict has changed and the name may go."""
    db = opened_again(tmp_path / "db", lambda path: Rdict(str(path), MEMORY.options()))
    assert excluded(db) < 20
    db.close()


def test_a_store_is_opened_by_one_process_only(tmp_path: Path) -> None:
    db = MEMORY.open(tmp_path / "a" / "db")
    with pytest.raises(Exception, match=r"(?i)lock"):
        MEMORY.open(tmp_path / "a" / "db")
    db.close()


@pytest.fixture
def letters(tmp_path: Path) -> Iterator[Rdict]:
    db = MEMORY.open(tmp_path / "db")
    for letter in (b"a", b"b", b"c", b"d", b"e"):
        db.put(letter, b"")
    db.delete(b"c")
    yield db
    db.close()


def test_a_scan_gives_its_range_without_the_end(letters: Rdict) -> None:
    assert list(scan(letters, b"b", b"e", -1)) == [b"b", b"d"]
    assert list(scan(letters, b"", b"z", -1)) == [b"a", b"b", b"d", b"e"]
    assert list(scan(letters, b"c", b"d", -1)) == []


def test_a_scan_backwards_begins_at_the_last_key_before_the_end(letters: Rdict) -> None:
    assert list(scan(letters, b"b", b"e", -1, backwards=True)) == [b"d", b"b"]
    assert list(scan(letters, b"a", b"z", 2, backwards=True)) == [b"e", b"d"]


def test_a_scan_gives_at_most_its_limit(letters: Rdict) -> None:
    assert list(scan(letters, b"a", b"z", 2)) == [b"a", b"b"]
    assert list(scan(letters, b"a", b"z", 0)) == []


def test_a_scan_raises_what_the_database_met(tmp_path: Path) -> None:
    """RocksDB's iterator ends at a corrupt block as if there were no more keys."""
    db = opened_again(tmp_path / "db", MEMORY.open)
    db.close()
    spoil_a_block(tmp_path / "db")
    db = MEMORY.open(tmp_path / "db")
    with pytest.raises(Exception, match=r"(?i)corruption|checksum"):
        list(scan(db, b"o", b"p", -1))
    assert len([*iterate(db)]) < len(PRESENT)
    db.close()


def iterate(db: Rdict) -> Iterator[object]:
    iterator = db.iter(ReadOptions())
    iterator.seek_to_first()
    while iterator.valid():
        yield iterator.key()
        iterator.next()
