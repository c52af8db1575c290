"""Records in, in any order; the same in the order of time out, whatever their number."""

import marshal
from collections.abc import Iterator
from typing import Final

from app.simulate.merging import merged
from app.simulate.spool import Spool
from schemas.topics import Feed

LIMIT: Final = 128 * 1024 * 1024
"""Bytes of records that are held before they go to the file."""
BLOCK: Final = 64 * 1024
"""Bytes of a sorted run that are written, or read back, at a time."""
WEIGHT: Final = 300
"""Bytes that a record takes beside its value."""

Record = tuple[int, int, Feed, str, bytes]
"""When it was recorded, its number in the files, its topic, its customer, its value: the first two are its key."""


class RecordSorter:
    """Holds about `limit` bytes; more go to a temporary file in sorted runs, which are merged at the end."""

    def __init__(self, spool: Spool, limit: int = LIMIT) -> None:
        self._spool = spool
        self._limit = limit
        self._held: list[Record] = []
        self._size = 0

    def add(self, record: Record) -> None:
        """Take a record over."""
        self._held.append(record)
        self._size += len(record[-1]) + WEIGHT
        if self._size >= self._limit:
            self._spill()

    def records(self) -> Iterator[Record]:
        """Give all records by time, those of one millisecond in the order of the files."""
        self._held.sort()
        runs = [self._run(number) for number in self._spool.numbers()]
        for block in merged([*runs, iter([self._held] if self._held else [])]):
            yield from block

    def _spill(self) -> None:
        """Write a sorted run, in blocks."""
        self._held.sort()
        number = len(self._spool.numbers())
        block: list[Record] = []
        size = 0
        for record in self._held:
            block.append(record)
            size += len(record[-1]) + WEIGHT
            if size >= BLOCK:
                self._spool.add(number, marshal.dumps(block))
                block, size = [], 0
        if block:
            self._spool.add(number, marshal.dumps(block))
        self._held.clear()
        self._size = 0

    def _run(self, number: int) -> Iterator[list[Record]]:
        for frame in self._spool.frames(number):
            yield marshal.loads(frame)  # noqa: S302  # this process wrote it
