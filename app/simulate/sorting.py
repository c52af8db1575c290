"""Lines with their keys in, in any order; the lines in the order of their keys out, whatever their number."""

import marshal
from collections.abc import Iterable, Iterator
from heapq import merge
from typing import BinaryIO, Final

from app.simulate.spool import Spool

LIMIT: Final = 100_000  # lines; about 80 MB
BLOCK: Final = 2_000  # lines that are written, or read back from a sorted run, at a time

Item = tuple[int, str, int, bytes] | tuple[str, bytes]
"""A key of one or more parts, unique, and its line."""


class LineSorter:
    """Holds up to `limit` lines; more go to a temporary file in sorted runs, which are merged at the end."""

    def __init__(self, spool: Spool, limit: int = LIMIT) -> None:
        self._spool = spool
        self._limit = limit
        self._items: list[Item] = []

    def add(self, item: Item) -> None:
        """Take a line over."""
        self._items.append(item)
        if len(self._items) >= self._limit:
            self._spill()

    def write(self, file: BinaryIO) -> None:
        """Write all lines, each with its end; then there are none any more."""
        self._items.sort()
        if self._spool:
            _write(file, merge(*(self._run(number) for number in self._spool.numbers()), self._items))
        else:
            _write(file, self._items)
        self._items.clear()
        self._spool.close()

    def _spill(self) -> None:
        """Write a sorted run, in blocks."""
        self._items.sort()
        number = len(self._spool.numbers())
        for first in range(0, len(self._items), BLOCK):
            self._spool.add(number, marshal.dumps(self._items[first : first + BLOCK]))
        self._items.clear()

    def _run(self, number: int) -> Iterator[Item]:
        for frame in self._spool.frames(number):
            yield from marshal.loads(frame)  # noqa: S302  # this process wrote it


def _write(file: BinaryIO, items: Iterable[Item]) -> None:
    lines: list[bytes] = []
    for item in items:
        lines.append(item[-1])
        if len(lines) >= BLOCK:
            file.write(b"\n".join(lines) + b"\n")
            lines.clear()
    if lines:
        file.write(b"\n".join(lines) + b"\n")
