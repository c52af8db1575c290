"""Lines with their keys in, in any order; the lines in the order of their keys out, whatever their number."""

import marshal
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import BinaryIO, Final

from app.simulate.merging import merged
from app.simulate.spool import Spool
from schemas.instants import DAY_MS

LIMIT: Final = 100_000  # lines; about 80 MB
BLOCK: Final = 2_000  # lines that are written, or read back from a sorted run, at a time
RUNS: Final = 2**32  # more than any disk holds

Item = tuple[int, str, int, bytes] | tuple[str, bytes]
"""A key of one or more parts, unique, and its line."""
Block = list[Item]
"""Some of a sorted run, in order; never empty."""


class LineSorter:
    """Holds up to `limit` lines; more go to a temporary file in sorted runs, which are merged at the end.

    Lines whose key begins with an instant are dealt out by day before anything is compared: many short lists are
    sorted at half the price of a long one, and days follow one another without being merged.
    """

    def __init__(self, spool: Spool, limit: int = LIMIT) -> None:
        self._spool = spool
        self._limit = limit
        self._items: list[Item] = []
        self._runs = 0

    def add(self, item: Item) -> None:
        """Take a line over."""
        self._items.append(item)
        if len(self._items) >= self._limit:
            self._spill()

    def write(self, file: BinaryIO) -> None:
        """Write all lines, each with its end; then there are none any more."""
        if self._runs:
            self._spill()
        for items in _dealt(self._items).values():  # all of them, or none
            file.writelines(_lines(_blocks(items)))
        for _, numbers in groupby(self._spool.numbers(), _day_of):
            file.writelines(_lines(merged([self._run(number) for number in numbers])))
        self._items.clear()
        self._spool.close()

    def _spill(self) -> None:
        """Write a sorted run of each day, in blocks."""
        for day, items in _dealt(self._items).items():
            for block in _blocks(items):
                self._spool.add(day * RUNS + self._runs, marshal.dumps(block))
        self._runs += 1
        self._items.clear()

    def _run(self, number: int) -> Iterator[Block]:
        for frame in self._spool.frames(number):
            yield marshal.loads(frame)  # noqa: S302  # this process wrote it


def _dealt(items: list[Item]) -> dict[int, list[Item]]:
    """Deal lines out by day, ascending, and sort those of each; without instants they are all of one day."""
    days: dict[int, list[Item]] = {}
    for item in items:
        first = item[0]
        day = first // DAY_MS if isinstance(first, int) else 0
        dealt = days.get(day)
        if dealt is None:
            days[day] = [item]
        else:
            dealt.append(item)
    for dealt in days.values():
        dealt.sort()
    return dict(sorted(days.items()))


def _day_of(number: int) -> int:
    return number // RUNS


def _blocks(items: list[Item]) -> Iterator[Block]:
    for first in range(0, len(items), BLOCK):
        yield items[first : first + BLOCK]


def _lines(blocks: Iterable[Block]) -> Iterator[bytes]:
    for items in blocks:
        yield b"\n".join([item[-1] for item in items]) + b"\n"
