"""Rows of customers in, files of what they are indexed by out, in whatever process reads them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from rocksdict import Rdict

from app.serving.gathered import Indexed
from app.serving.keys import long, prefixes
from app.serving.rows import Placed
from tables.scanning import scan_rows
from tables.sorted_files import written

SLICE: Final = 2_000
"""Customers indexed between two looks at what else is to be done."""
HELD: Final = 250_000
"""Entries of an index that are held before they are written: some 20 MiB of memory."""

_decode: Final = msgspec.msgpack.Decoder(Placed).decode


def index_rows(
    db: Rdict, start: bytes, end: bytes, files: Iterator[Path], held: int = HELD
) -> Iterator[Indexed | None]:
    """Index the rows of [start, end) in slices; gives None after one that has filled no file."""
    entries = _Entries(files, held)
    while rows := scan_rows(db, start, end, SLICE):
        entries.add(rows)
        start = rows[-1][0] + b"\0"
        yield entries.many()
    yield entries.rest()


class _Entries:
    """What is to be written, as customers come in the order of their ids.

    Who stands in one segment is a file of its own, so that no two of them overlap: RocksDB puts those below all levels
    and need not compact them. What is due comes by instants: files of that overlap, and are the fewer the better.
    """

    def __init__(self, files: Iterator[Path], most: int) -> None:
        self._files, self._most = files, most
        self._standing: dict[str | None, list[bytes]] = {}
        self._stand = 0
        self._begin_due()

    def _begin_due(self) -> None:
        self._due: dict[str, dict[str, list[bytes]]] = {}
        """By segment and where it leads: instants and customers."""
        self._are_due = 0

    def add(self, rows: list[tuple[bytes, bytes]]) -> None:
        """Add rows of customers."""
        standing, decode = self._standing, _decode
        for key, row in rows:
            placed, customer = decode(row), key[1:]
            segment, next_at = placed.segment, placed.next_at
            if segment in standing:
                standing[segment].append(customer)
            else:
                standing[segment] = [customer]
            if next_at is not None and segment:
                self._add_due(segment, placed.next_to or "", long(next_at) + customer)
        self._stand += len(rows)

    def _add_due(self, segment: str, leads_to: str, key: bytes) -> None:
        led = self._due.setdefault(segment, {})
        if leads_to in led:
            led[leads_to].append(key)
        else:
            led[leads_to] = [key]
        self._are_due += 1

    def many(self) -> Indexed | None:
        """Write what has become much."""
        if self._stand >= self._most:
            return self._of_segment(max(self._standing, key=self._held_of))
        return self._of_due() if self._are_due >= self._most else None

    def rest(self) -> Indexed:
        """Write all that is left."""
        told = [self._of_segment(segment) for segment in list(self._standing)]
        told += [self._of_due()] if self._due else []
        sizes: dict[str | None, int] = {}
        for one in told:
            sizes.update(one.sizes)
        return Indexed([file for one in told for file in one.files], sizes)

    def _held_of(self, segment: str | None) -> int:
        return len(self._standing[segment])

    def _of_segment(self, segment: str | None) -> Indexed:
        customers = self._standing.pop(segment)
        self._stand -= len(customers)
        sizes = {segment: len(customers)}
        if not segment:
            return Indexed([], sizes)
        path, prefix = next(self._files), prefixes(segment)[1]
        with written(path) as file:
            for customer in customers:
                file[prefix + customer] = b""
        return Indexed([path], sizes)

    def _of_due(self) -> Indexed:
        path = next(self._files)
        with written(path) as file:
            for prefix, segment in sorted((prefixes(segment)[2], segment) for segment in self._due):
                led = self._due[segment]
                for key, leads_to in sorted([(key, leads_to) for leads_to, keys in led.items() for key in keys]):
                    file[prefix + key] = leads_to.encode()
        self._begin_due()
        return Indexed([path], {})
