"""Counts in the database in, what was counted of days out: read once, and again only when a day was written."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice
from typing import Any, Final

import msgspec
from rocksdict import Rdict

from app.serving import keys
from app.serving.draft import counted
from tables.scanning import rows_of_one_moment, scan

SLICE: Final = 200
"""Rows between two looks at what else is to be done."""
STRETCH: Final = 16
"""Days of which the sum is kept too."""
Names = tuple[str | None, ...]
_names: Any = msgspec.msgpack.Decoder(Names).decode


class Day:
    """What was counted of a day: how many by names; never changed once it is read."""

    __slots__ = ("_gains", "_ways", "counts")

    def __init__(self) -> None:
        self.counts: dict[Names, int] = {}
        self._gains: dict[str, int] | None = None
        self._ways: dict[tuple[str | None, str | None], int] | None = None

    def gains(self) -> dict[str, int]:
        """Give by how much each segment ("": none) grew, where what was counted is moves."""
        if self._gains is None:
            gains: Counter[str] = Counter()
            for (origin, to, *_), moves in self.counts.items():
                gains[to or ""] += moves
                gains[origin or ""] -= moves
            self._gains = dict(gains)
        return self._gains

    def ways(self) -> dict[tuple[str | None, str | None], int]:
        """Give how many went from where to where, by whatever cause, where what was counted is moves."""
        if self._ways is None:
            ways: Counter[tuple[str | None, str | None]] = Counter()
            for (origin, to, *_), moves in self.counts.items():
                ways[origin, to] += moves
            self._ways = dict(ways)
        return self._ways


EMPTY: Final = Day()


class DaySums:
    """Counts of a family by day: with 60 rows a day 2.7 KB of memory for each day that was asked for.

    Every page that is open asks again and again for sums of a year or three, of which only today has changed.
    """

    def __init__(self, db: Rdict, family: bytes) -> None:
        self._db = db
        self._family = family
        self._days: dict[int, Day] = {}
        self._stretches: dict[int, tuple[list[Day], Counter[Names]]] = {}
        """By number: the days that it is the sum of, and the sum."""
        self._shared: dict[bytes, Names] = {}
        """Names as they stand in keys: a few, in thousands of days."""
        self._writes = 0
        self._written: dict[int, int] = {}
        """By day: the newest write that changed it."""

    def written(self, counts: Iterable[bytes]) -> None:
        """Hear of which keys something was written: their days are to be read again."""
        self._writes += 1
        for key in counts:
            if key.startswith(self._family):
                day = keys.read_day(key)
                self._days.pop(day, None)
                self._written[day] = self._writes

    def known(self) -> tuple[int, int] | None:
        """Give the first and the newest day of which anything is counted."""
        end = self._family + keys.BEHIND * 4
        first = next(scan(self._db, self._family, end, 1), None)
        newest = next(scan(self._db, self._family, end, 1, backwards=True), None)
        return (keys.read_day(first), keys.read_day(newest)) if first is not None and newest is not None else None

    async def days(self, first: int, last: int) -> list[tuple[int, Day]]:
        """Give what was counted of days, both included, all as it is at the moment of the call.

        Days before the first and behind the newest of which anything is counted are left out.
        """
        known = self.known()
        there = range(max(first, known[0]), min(last, known[1]) + 1) if known is not None else range(0)
        found = {day: self._days[day] for day in there if day in self._days}
        if len(found) < len(there):
            await self._read(there, found)
        return [(day, found[day]) for day in there]

    async def total(self, first: int, last: int) -> Counter[Names]:
        """Sum days, both included, up as they are at the moment of the call."""
        total: Counter[Names] = Counter()
        for number, some in groupby(await self.days(first, last), lambda found: found[0] // STRETCH):
            days = [day for _, day in some]
            held = self._stretches.get(number)
            if held is not None and held[0] == days:
                total.update(held[1])
                continue
            of_stretch: Counter[Names] = Counter()
            for day in days:
                of_stretch.update(day.counts)
            total.update(of_stretch)
            if len(days) == STRETCH:
                self._stretches[number] = days, of_stretch
                await asyncio.sleep(0)
        return total

    async def _read(self, there: range, found: dict[int, Day]) -> None:
        """Find days that are not held, and hold those that nobody has changed meanwhile."""
        began = self._writes
        gaps = [list(some) for missing, some in groupby(there, lambda day: day not in found) if missing]
        for gap, rows in [(gap, self._rows(gap[0], gap[-1])) for gap in gaps]:
            read = await self._by_day(rows)
            for day in gap:
                found[day] = read.get(day, EMPTY)
                if self._written.get(day, 0) <= began:
                    self._days[day] = found[day]

    def _rows(self, first: int, last: int) -> Iterator[tuple[bytes, bytes]]:
        """Open the rows of days as they are now: that is fixed by asking for one."""
        rows = rows_of_one_moment(self._db, keys.of_day(self._family, first), keys.of_day(self._family, last + 1))
        return chain(list(islice(rows, 1)), rows)

    async def _by_day(self, rows: Iterator[tuple[bytes, bytes]]) -> dict[int, Day]:
        days: defaultdict[int, Day] = defaultdict(Day)
        while piece := list(islice(rows, SLICE)):
            for key, value in piece:
                names = self._shared.get(key[5:])
                if names is None:
                    names = self._shared[key[5:]] = _names(key[5:])
                days[keys.read_day(key)].counts[names] = counted(value)
            await asyncio.sleep(0)
        return days
