"""Customers by the instant at which silence moves them; entries may be stale, the customer row is the truth.

An entry is written only when a due comes earlier than the one before it, so an order, which nearly always moves
the due later, writes none: the entry that stands fires too early, finds the row, and is written again.
Law: for every customer with a due there is an entry at that instant or earlier.
"""

import heapq
from collections.abc import Iterator

from rocksdict import Rdict

from tables.keys import DUE, due_key, split_due
from tables.scanning import scan, scan_rows

Entry = tuple[int, bytes]
_NEVER = 2**62  # later than every due


class DueIndex:
    """Entries in memory, which are new since the last flush or fetched ahead, and the rest in the database."""

    def __init__(self, db: Rdict) -> None:
        self._db = db
        self._heap: list[Entry] = []
        self._fetched: list[bytes] = []
        self._cursor = DUE  # every database entry before it has been fetched: a scan need not pass its tombstones
        self._stored_next = self._peek()
        self.overdue = False
        """Whether more may be due already: the last take reached its limit."""

    def add(self, at: int, customer: bytes) -> None:
        """Let a customer fire at an instant."""
        heapq.heappush(self._heap, (at, customer))

    def next(self) -> int | None:
        """Give a lower bound of the next due instant."""
        at = min(self._heap[0][0] if self._heap else _NEVER, self._stored_next)
        return at if at < _NEVER else None

    def fires(self, until: int) -> bool:
        """Say whether there may be entries up to and including an instant."""
        at = self.next()
        self.overdue = at is not None and at <= until
        return self.overdue

    def take(self, until: int, limit: int) -> list[Entry]:
        """Take the oldest entries up to and including an instant, at most `limit`: orders must not starve."""
        if self._stored_next <= until:
            self._fetch(until, limit)
        taken: list[Entry] = []
        while self._heap and self._heap[0][0] <= until and len(taken) < limit:
            taken.append(heapq.heappop(self._heap))
        self.overdue = len(taken) == limit
        return taken

    @property
    def unwritten(self) -> int:
        """Entries in memory: new ones, and what the database still holds of those that have fired."""
        return len(self._heap) + len(self._fetched)

    def changes(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Tell what the database does not know yet; once the caller has written it, call `flushed`."""
        for key in self._fetched:
            yield key, None
        for at, customer in self._heap:
            yield due_key(at, customer), b""

    def flushed(self) -> None:
        """Forget what the database now knows."""
        if self._heap:
            self._cursor = min(self._cursor, due_key(*self._heap[0]))
        self._fetched, self._heap = [], []
        self._stored_next = self._peek()

    def _fetch(self, until: int, limit: int) -> None:
        rows = scan_rows(self._db, self._cursor, due_key(until + 1, b""), limit)
        for key, _ in rows:
            self._fetched.append(key)
            heapq.heappush(self._heap, split_due(key))
        if rows:
            self._cursor = rows[-1][0] + b"\0"
        self._stored_next = self._peek()

    def _peek(self) -> int:
        end = DUE + b"\xff"
        return next((split_due(key)[0] for key in scan(self._db, self._cursor, end, 1)), _NEVER)
