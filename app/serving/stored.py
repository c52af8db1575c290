"""The view's database and where to look in, rows that are there out, or gone."""

from collections.abc import Iterator
from typing import Any

from rocksdict import Rdict

from app.serving import keys
from tables.scanning import scan, scan_rows


def value(db: Rdict, key: bytes) -> bytes:
    """Read a row that is there."""
    found: Any = db.get(key)
    assert isinstance(found, bytes)
    return found


def family(db: Rdict, first: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Read a family of rows, which is told by its first byte: what follows that in each key, and the value."""
    for key in scan(db, first, keys.end(first), -1):
        yield key[1:], value(db, key)


def clear(db: Rdict, first: bytes = b"") -> None:
    """Delete a family of rows, or all. Not where there are none: no file goes below a deletion, to where it fits."""
    if scan_rows(db, first, keys.end(first), 1):
        db.delete_range(first, keys.end(first))
