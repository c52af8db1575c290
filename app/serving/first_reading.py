"""Standings as they are read for the first time in, files of sorted rows out; indexes are made when all is there.

Nobody asks meanwhile. So no row is looked up to take away what it was indexed by, each customer is indexed once however
often she was published, and rows go past the memtable: sorted files that RocksDB takes as they are cost it a third.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from rocksdict import Rdict, WriteBatch

from app.serving import keys
from app.serving.draft import counted_as
from app.serving.keys import long, prefixes
from app.serving.rows import Placed, StandingRow, encode_row
from tables.scanning import scan_rows
from tables.sorted_files import sorted_file

Place = tuple[str, int]
"""Topic and partition."""
GATHERED: Final = 100_000
"""Rows of one file, some 20 MiB of memory; fewer would make files that each look-up goes through until compaction."""
SLICE: Final = 2_000
"""Customers indexed between two looks at what else is to be done."""

_decode: Final = msgspec.msgpack.Decoder(Placed).decode


class FirstReading:
    """Gathers rows of customers; a position is written behind the rows that it promises, and may lag behind them.

    After a kill the rest is read again: rows are put as they were, the newest last.
    """

    def __init__(self, db: Rdict, scratch: Path, gathered: int = GATHERED) -> None:
        self._db, self._scratch, self._gathered = db, scratch, gathered
        self._rows: dict[bytes, bytes | None] = {}
        self._positions: dict[Place, int] = {}

    def take(self, newest: dict[bytes, StandingRow | None], place: Place, position: int) -> None:
        """Take the newest standing of customers (None: she is erased); `position` is the next offset to read."""
        rows = self._rows
        for customer, now in newest.items():
            rows[customer] = encode_row(now) if now is not None else None
        self._positions[place] = position
        if len(rows) >= self._gathered:
            self._put()

    def index(self) -> Iterator[None]:
        """Write what is left, then every index and the sizes, a piece between two looks at what else is to be done."""
        self._put()
        for family in (keys.IN_SEGMENT, keys.DUE, keys.SIZE):  # of an indexing that was cut short
            if scan_rows(self._db, family, family + keys.BEHIND * 200, 1):
                self._db.delete_range(family, family + keys.BEHIND * 200)
        sizes: Counter[str | None] = Counter()
        pile = _Pile()
        start, end = keys.CUSTOMER, keys.CUSTOMER + keys.BEHIND * 200
        while rows := scan_rows(self._db, start, end, SLICE):
            pile.add(rows)
            start = rows[-1][0] + b"\0"
            if pile.customers >= self._gathered:
                self._index(pile, sizes)
                pile = _Pile()
            yield
        self._index(pile, sizes)
        self._finish(sizes)

    def _put(self) -> None:
        """Write the rows of customers, then the positions that promise them."""
        rows = self._rows
        if rows:
            with sorted_file(self._db, self._scratch) as file:
                for customer in sorted(rows):
                    row = rows[customer]
                    if row is None:
                        del file[keys.CUSTOMER + customer]
                    else:
                        file[keys.CUSTOMER + customer] = row
        batch = WriteBatch(raw_mode=True)
        for place, position in self._positions.items():
            batch.put(keys.position_key(*place), long(position))
        self._db.write(batch)
        self._rows, self._positions = {}, {}

    def _index(self, pile: "_Pile", sizes: Counter[str | None]) -> None:
        """Write the indexes of so many customers; a file of both would reach over families between them."""
        for segment, customers in pile.standing.items():
            sizes[segment] += len(customers)
        named = sorted((prefixes(segment), segment) for segment in pile.standing if segment)
        if any(pile.due[segment] for _, segment in named):
            with sorted_file(self._db, self._scratch) as file:
                for (_, _, ahead), segment in named:
                    due = pile.due[segment]
                    for key in sorted(due):
                        file[ahead + key] = (due[key] or "").encode()
        if named:
            with sorted_file(self._db, self._scratch) as file:
                for (_, standing, _), segment in named:
                    for customer in pile.standing[segment]:
                        file[standing + customer] = b""

    def _finish(self, sizes: Counter[str | None]) -> None:
        batch = WriteBatch(raw_mode=True)
        for segment, size in sizes.items():
            batch.put(keys.SIZE + prefixes(segment)[0], counted_as(size))
        batch.delete(keys.UNINDEXED)
        self._db.write(batch)


class _Pile:
    """Customers by segment, and by what is due there, as they come in the order of their ids."""

    def __init__(self) -> None:
        self.customers = 0
        self.standing: dict[str | None, list[bytes]] = {}
        self.due: dict[str | None, dict[bytes, str | None]] = {}

    def add(self, rows: list[tuple[bytes, bytes]]) -> None:
        """Add rows of customers."""
        standing, due, decode, pack = self.standing, self.due, _decode, long
        for key, row in rows:
            placed, customer = decode(row), key[1:]
            segment, next_at = placed.segment, placed.next_at
            if segment in standing:
                standing[segment].append(customer)
            else:
                standing[segment], due[segment] = [customer], {}
            if next_at is not None:
                due[segment][pack(next_at) + customer] = placed.next_to
        self.customers += len(rows)
