"""Counts of days in, the matrix, sizes, flow and rewards of a stretch of days out."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

import msgspec

from app.serving import keys
from app.serving.day_answers import CauseCount, Matrix, MatrixCell, RewardCounts, RuleCount, SizeLine, Sizes
from app.serving.draft import counted
from app.serving.looking_up import segments_with_anybody
from app.serving.view import View
from tables.scanning import rows_of_one_moment, scan

SLICE: Final = 500
"""Rows between two looks at what else is to be done."""
EPOCH: Final = date(1970, 1, 1)
_names: Any = msgspec.msgpack.Decoder(tuple[str | None, ...]).decode


class Moved(NamedTuple):
    """So many moves of a day."""

    day: int
    origin: str | None
    to: str | None
    direction: Any
    cause: str
    moves: int


def spell(day: int) -> str:
    """Write a day since 1970."""
    return (EPOCH + timedelta(days=day)).isoformat()


def days_of(view: View) -> tuple[int, int] | None:
    """Give the first and the newest day of which moves are counted."""
    end = keys.MOVES_OF_DAY + keys.BEHIND * 4
    first = next(scan(view.db, keys.MOVES_OF_DAY, end, 1), None)
    newest = next(scan(view.db, keys.MOVES_OF_DAY, end, 1, backwards=True), None)
    return (keys.read_day(first), keys.read_day(newest)) if first is not None and newest is not None else None


async def moves_of(view: View, first: int, last: int) -> AsyncIterator[Moved]:
    """Give the moves of days, both included, in the order of the days."""
    async for day, names, count in _counts(view, keys.MOVES_OF_DAY, first, last):
        origin, to, direction, cause = names
        yield Moved(day, origin, to, direction, cause or "", count)


async def _counts(
    view: View, family: bytes, first: int, last: int
) -> AsyncIterator[tuple[int, tuple[str | None, ...], int]]:
    start, end = keys.of_day(family, max(first, 0)), keys.of_day(family, max(last + 1, 0))
    rows = rows_of_one_moment(view.db, start, end)  # sums belong to the sizes of one moment
    while piece := list(islice(rows, SLICE)):
        for key, value in piece:
            yield keys.read_day(key), _names(key[5:]), counted(value)
        await asyncio.sleep(0)


async def matrix(view: View, first: int, last: int) -> Matrix:
    """Say who went where."""
    cells: Counter[tuple[str | None, str | None, Any]] = Counter()
    causes: Counter[tuple[str, Any]] = Counter()
    async for move in moves_of(view, first, last):
        cells[move.origin, move.to, move.direction] += move.moves
        causes[move.cause, move.direction] += move.moves
    return Matrix(
        spell(first),
        spell(last),
        cells.total(),
        [MatrixCell(*names, count) for names, count in sorted(cells.items(), key=str) if count],
        [CauseCount(*names, count) for names, count in sorted(causes.items(), key=str) if count],
    )


async def sizes(view: View, first: int, last: int) -> Sizes:
    """Reckon back from the sizes there are to the ends of days."""
    now = Counter(view.sizes)
    gains: dict[int, Counter[str]] = {}
    newest = max(last, (days_of(view) or (0, 0))[1])
    async for move in moves_of(view, first + 1, newest):
        of_day = gains.setdefault(move.day, Counter())
        of_day[move.to or ""] += move.moves
        of_day[move.origin or ""] -= move.moves
    for day in range(last + 1, newest + 1):
        now.subtract(gains.get(day, Counter()))
    names = list(segments_with_anybody(view))
    lines: dict[str, list[int]] = {name: [] for name in names}
    for day in range(last, first - 1, -1):
        for name in names:
            lines[name].append(max(now[name], 0))
        now.subtract(gains.get(day, Counter()))
    return Sizes(
        [spell(day) for day in range(first, last + 1)],
        [SizeLine(name, view.ranks.rank(name), lines[name][::-1]) for name in names],
    )


async def rewards(view: View, first: int, last: int) -> RewardCounts:
    """Say what reward rules gave."""
    rules: dict[str, Counter[str]] = {}
    async for _, (rule, outcome), count in _counts(view, keys.REWARDS_OF_DAY, first, last):
        rules.setdefault(rule or "", Counter())[outcome or ""] += count
    return RewardCounts(
        spell(first),
        spell(last),
        [
            RuleCount(
                rule,
                counts["granted"],
                {reason: count for reason, count in sorted(counts.items()) if reason not in {"granted", "points"}},
                counts["points"],
            )
            for rule, counts in sorted(rules.items())
        ],
    )
