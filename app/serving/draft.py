"""What a piece of a log changes in the view, until it is written in one batch with the position behind it."""

from collections import Counter
from typing import Final, NamedTuple

import msgspec
from rocksdict import Rdict, WriteBatch

from app.serving import keys

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(int).decode


class News(NamedTuple):
    """A move that has just been published; `key` is where it is kept, `value` is its JSON."""

    partition: int
    offset: int
    kind: str
    key: bytes
    value: bytes


class Draft:
    """Rows to put (None deletes), and sums to add to."""

    __slots__ = ("counts", "last", "news", "rows", "sizes", "unreadable")

    def __init__(self) -> None:
        self.rows: dict[bytes, bytes | None] = {}
        self.last: list[tuple[bytes, bytes]] = []
        """Rows to put behind those, in ascending stretches."""
        self.counts: Counter[bytes] = Counter()
        """By key: days and points."""
        self.sizes: Counter[bytes] = Counter()
        """By segment; b"" is none."""
        self.news: list[News] = []
        self.unreadable = 0

    def count(self, family: bytes, day: int, *names: str | None, by: int = 1) -> None:
        """Count something of a day."""
        self.counts[keys.of_day(family, day) + _encode(names)] += by

    def write(self, db: Rdict) -> None:
        """Write everything in one batch."""
        rows = self.rows
        changed = [key for key, by in self.counts.items() if by]
        for key, old in zip(changed, stored(db, changed), strict=True):
            now = (_decode(old) if old is not None else 0) + self.counts[key]
            rows[key] = counted_as(now) if now else None
        batch = WriteBatch(raw_mode=True)
        put, delete = batch.put, batch.delete
        for key in sorted(rows):  # RocksDB takes ascending keys at half the price
            row = rows[key]
            if row is None:
                delete(key)
            else:
                put(key, row)
        for key, row in self.last:
            put(key, row)
        db.write(batch)


def stored(db: Rdict, wanted: list[bytes]) -> list[bytes | None]:
    """Read many rows at once."""
    if not wanted:
        return []
    found: list[bytes | None] | None = db.get(list(wanted))
    assert found is not None, "a list is asked for, a list is given"
    return found


def counted_as(count: int) -> bytes:
    """Write a count."""
    return _encode(count)


def counted(value: bytes | None) -> int:
    """Read a count."""
    return _decode(value) if value is not None else 0
