"""What one transaction is about to change in a partition: read through first, forgotten if it fails."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from typing import Protocol

from rocksdict import Rdict


class Committed(Protocol):
    """What is committed: a draft lies over it."""

    @property
    def db(self) -> Rdict: ...
    def get(self, key: bytes) -> bytes | None: ...
    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]: ...
    def by_time_changes(self, customer: bytes) -> Mapping[bytes, bytes | None]: ...


class Draft:
    """`rows` go to the changelog; `by_time` and `dues` are local, derived from the rows."""

    __slots__ = ("_committed", "by_time", "dues", "rows")

    def __init__(self, committed: Committed) -> None:
        self._committed = committed
        self.rows: dict[bytes, bytes | None] = {}
        self.by_time: dict[bytes, dict[bytes, bytes | None]] = {}
        self.dues: list[tuple[int, bytes]] = []

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

    def by_time_changes(self, customer: bytes) -> Mapping[bytes, bytes | None]:
        """Give the by-time entries of a customer that the database does not know."""
        below = self._committed.by_time_changes(customer)
        mine = self.by_time.get(customer)
        return ChainMap(mine, dict(below)) if mine else below
