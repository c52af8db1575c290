"""Scans keep to their bounds."""

from pathlib import Path

import pytest
from rocksdict import Rdict

from tables.scanning import scan
from tests.builders import MEMORY


@pytest.fixture
def db(tmp_path: Path) -> Rdict:
    opened = MEMORY.open(tmp_path / "db")
    for n in range(5_000):
        opened.put(b"%04d" % n, b"")
    opened.flush()
    return opened


def test_a_scan_begins_at_its_start_and_stops_before_its_end(db: Rdict) -> None:
    assert list(scan(db, b"1000", b"2000", -1)) == [b"%04d" % n for n in range(1_000, 2_000)]


def test_a_scan_backwards_stops_at_its_start(db: Rdict) -> None:
    assert list(scan(db, b"1000", b"2000", -1, backwards=True)) == [b"%04d" % n for n in range(1_999, 999, -1)]


def test_a_scan_of_a_gap_finds_nothing_either_way(db: Rdict) -> None:
    assert list(scan(db, b"1000a", b"1000b", -1)) == []
    assert list(scan(db, b"1000a", b"1000b", -1, backwards=True)) == []


def test_a_scan_gives_at_most_its_limit(db: Rdict) -> None:
    assert list(scan(db, b"4998", b"9", 1)) == [b"4998"]
    assert list(scan(db, b"4998", b"9", -1)) == [b"4998", b"4999"]
