"""A row that is in its place and does not answer to its key is named."""

from pathlib import Path

from tables.rocks import RocksMemory
from tests.faults.disks import AT_ONCE, point_faults


def test_rows_are_read_by_their_keys_too(tmp_path: Path) -> None:
    db = RocksMemory(8, 8).open(tmp_path / "customers-0.db")
    rows = {b"o%d" % number: b"%d" % number for number in range(AT_ONCE + 1)}
    for key, value in rows.items():
        db.put(key, value)
    db.flush()
    assert point_faults(db, rows) == []
    assert point_faults(db, rows | {b"lost": b"1"}) == ["row b'lost' is None by its key, b'1' in its place"]
    assert point_faults(db, rows | {b"o7": b"8"}) == ["row b'o7' is b'7' by its key, b'8' in its place"]
    db.close()
