"""What one transaction is about to change in a partition: read through first, forgotten if it fails."""

from collections import ChainMap
from collections.abc import Container, Iterator, Mapping, Sequence
from heapq import merge
from typing import Protocol

from rocksdict import Rdict

from tables.keys import by_time_prefix
from tables.scanning import scan

Row = tuple[bytes, bytes | None]
"""A key and what stands there; None where it is deleted."""


class Committed(Protocol):
    """What is committed: a draft lies over it."""

    @property
    def db(self) -> Rdict: ...
    def get(self, key: bytes) -> bytes | None: ...
    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]: ...
    def over(self, rows: Sequence[Row]) -> list[Row]: ...
    @property
    def has_tombstones(self) -> bool: ...
    def unwritten_rows(self, prefix: bytes) -> Mapping[bytes, bytes | None]: ...
    def by_time_changes(self, customer: bytes) -> Mapping[bytes, bytes | None]: ...


class Draft:
    """`rows` go to the changelog; `times` (by customer) and `dues` are local, derived from the rows."""

    __slots__ = ("_committed", "dues", "has_tombstones", "rows", "times")

    def __init__(self, committed: Committed) -> None:
        self._committed = committed
        self.rows: dict[bytes, bytes | None] = {}
        self.times: dict[bytes, dict[bytes, bytes | None]] = {}
        self.dues: list[tuple[int, bytes]] = []
        self.has_tombstones = committed.has_tombstones
        """Whether any customer has ever been erased here: else nobody who is new need be looked for."""

    @property
    def db(self) -> Rdict:
        """The database under it all, for scans."""
        return self._committed.db

    def get(self, key: bytes) -> bytes | None:
        """Read one row."""
        return self.rows[key] if key in self.rows else self._committed.get(key)

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Read rows in the order of their keys."""
        found = self._committed.get_many(keys)
        rows = self.rows
        if rows:
            for i, key in enumerate(keys):
                if key in rows:
                    found[i] = rows[key]
        return found

    def over(self, rows: Sequence[Row]) -> list[Row]:
        """Lay what the database does not know over rows that were read from it; none is added."""
        newest, mine = self._committed.over(rows), self.rows
        return [(row[0], mine[row[0]]) if row[0] in mine else row for row in newest] if mine else newest

    def rows_of(self, prefix: bytes) -> list[tuple[bytes, bytes]]:
        """Give all rows whose keys begin with a prefix that ends in NUL, in the order of their keys."""
        rows: dict[bytes, bytes | None] = {
            key: self.db.get(key) for key in scan(self.db, prefix, prefix[:-1] + b"\x01", -1)
        }
        rows.update(self._committed.unwritten_rows(prefix))
        rows.update((key, value) for key, value in self.rows.items() if key.startswith(prefix))
        return sorted((key, value) for key, value in rows.items() if value is not None)

    def by_time_changes(self, customer: bytes) -> Mapping[bytes, bytes | None]:
        """Give the by-time entries of a customer that the database does not know."""
        below = self._committed.by_time_changes(customer)
        mine = self.times.get(customer)
        return ChainMap(mine, dict(below)) if mine else below

    def by_time(self, customer: bytes, start: bytes, end: bytes, *, newest_first: bool = False) -> Iterator[bytes]:
        """Give the by-time entries of [start, end) in the order of their keys."""
        changes = {key: value for key, value in self.by_time_changes(customer).items() if start <= key < end}
        added = sorted((key for key, value in changes.items() if value is not None), reverse=newest_first)
        stored = scan(self.db, start, end, -1, backwards=newest_first)
        yield from merge(added, _unchanged(stored, changes), reverse=newest_first)

    def forget_times(self, customer: bytes) -> None:
        """Take all of a customer's orders out of the by-time index."""
        prefix = by_time_prefix(customer)
        stored = scan(self.db, prefix, prefix[:-1] + b"\x01", -1)
        self.times[customer] = dict.fromkeys([*stored, *self.by_time_changes(customer)])


def _unchanged(keys: Iterator[bytes], changes: Container[bytes]) -> Iterator[bytes]:
    for key in keys:
        if key not in changes:
            yield key
