"""Counts of days in, the matrix, sizes, flow and rewards of a stretch of days out."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from app.serving.day_answers import CauseCount, Matrix, MatrixCell, RewardCounts, RuleCount, SizeLine, Sizes
from app.serving.looking_up import segments_with_anybody
from app.serving.view import View

SLICE: Final = 200
"""Moves given between two looks at what else is to be done."""
NOTHING: Final[dict[str, int]] = {}
EPOCH: Final = date(1970, 1, 1)


class Moved(NamedTuple):
    """So many moves of a day."""

    day: int
    origin: str | None
    to: str | None
    moves: int


def spell(day: int) -> str:
    """Write a day since 1970."""
    return (EPOCH + timedelta(days=day)).isoformat()


def days_of(view: View) -> tuple[int, int] | None:
    """Give the first and the newest day of which moves are counted."""
    return view.moves_of_day.known()


async def moves_of(view: View, first: int, last: int) -> AsyncIterator[Moved]:
    """Give the moves of days, both included, in the order of the days, all as they are when the first is asked for."""
    rows = 0
    for day, held in await view.moves_of_day.days(first, last):
        for (origin, to), moves in held.ways().items():
            yield Moved(day, origin, to, moves)
            rows += 1
            if rows % SLICE == 0:
                await asyncio.sleep(0)


async def matrix(view: View, first: int, last: int) -> Matrix:
    """Say who went where."""
    cells: Counter[tuple[str | None, str | None, Any]] = Counter()
    causes: Counter[tuple[str, Any]] = Counter()
    for (origin, to, direction, cause), moves in (await view.moves_of_day.total(first, last)).items():
        cells[origin, to, direction] += moves
        causes[cause or "", direction] += moves
    return Matrix(
        spell(first),
        spell(last),
        cells.total(),
        [MatrixCell(*names, count) for names, count in sorted(cells.items(), key=str) if count],
        [CauseCount(*names, count) for names, count in sorted(causes.items(), key=str) if count],
    )


async def sizes(view: View, first: int, last: int) -> Sizes:
    """Reckon back from the sizes there are to the ends of days."""
    now = Counter(view.sizes)  # of the moment whose moves are counted: others may come
    gains = {day: held.gains() for day, held in await view.moves_of_day.days(first + 1, sys.maxsize)}
    for day in range(last + 1, max(gains, default=0) + 1):
        now.subtract(gains.get(day, NOTHING))
    names = list(segments_with_anybody(view))
    lines: dict[str, list[int]] = {name: [] for name in names}
    for day in range(last, first - 1, -1):
        for name in names:
            lines[name].append(max(now[name], 0))
        now.subtract(gains.get(day, NOTHING))
    return Sizes(
        [spell(day) for day in range(first, last + 1)],
        [SizeLine(name, view.ranks.rank(name), lines[name][::-1]) for name in names],
    )


async def rewards(view: View, first: int, last: int) -> RewardCounts:
    """Say what reward rules gave."""
    rules: dict[str, Counter[str]] = {}
    for (rule, outcome), count in (await view.rewards_of_day.total(first, last)).items():
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
