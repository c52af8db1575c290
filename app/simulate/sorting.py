"""Lines with their keys in, in any order; the lines in the order of their keys out, whatever their number."""

import marshal
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from app.simulate.merging import merged
from app.simulate.spool import Spool

LIMIT: Final = 100_000  # lines; about 80 MB
BLOCK: Final = 2_000  # lines that are written, or read back from a sorted run, at a time

Item = tuple[int, str, int, bytes] | tuple[str, bytes]
"""A key of one or more parts, unique, and its line."""
Block = list[Item]
"""Some of a sorted run, in order; never empty."""


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
        runs = [self._run(number) for number in self._spool.numbers()]
        file.writelines(_lines(merged([*runs, _blocks(self._items)])))
        self._items.clear()
        self._spool.close()

    def _spill(self) -> None:
        """Write a sorted run, in blocks."""
        self._items.sort()
        number = len(self._spool.numbers())
        for block in _blocks(self._items):
            self._spool.add(number, marshal.dumps(block))
        self._items.clear()

    def _run(self, number: int) -> Iterator[Block]:
        for frame in self._spool.frames(number):
            yield marshal.loads(frame)  # noqa: S302  # this process wrote it


def _blocks(items: list[Item]) -> Iterator[Block]:
    for first in range(0, len(items), BLOCK):
        yield items[first : first + BLOCK]


def _lines(blocks: Iterable[Block]) -> Iterator[bytes]:
    for items in blocks:
        yield b"\n".join([item[-1] for item in items]) + b"\n"
