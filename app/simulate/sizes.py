"""Moves in, how many customers each segment had at evenly spaced instants out."""

from bisect import bisect_left
from collections import Counter
from typing import Final, NamedTuple

from agents.decisions.moves import Move
from schemas.instants import DAY_MS

POINTS: Final = 120


class Sizes(NamedTuple):
    """`rows[segment][n]` customers at `instants[n]`."""

    instants: list[int]
    rows: dict[str, list[int]]


class SizeCounter:
    """Counts moves by day, silent ones too: memory grows with days and segments."""

    def __init__(self) -> None:
        self._steps: Counter[tuple[int, str]] = Counter()

    def count_move(self, move: Move) -> None:
        """One customer less here, one more there."""
        day = move.effective_at // DAY_MS
        if move.from_segment is not None:
            self._steps[day, move.from_segment] -= 1
        if move.to_segment is not None:
            self._steps[day, move.to_segment] += 1

    def sizes(self, segments: list[str], as_of: int, points: int = POINTS) -> Sizes:
        """Add the steps up, from the day of the first move to as-of, whole days at a time."""
        if not self._steps:
            return Sizes([], {segment: [] for segment in segments})
        first, last = min(day for day, _ in self._steps), as_of // DAY_MS
        stride = max(1, -(-(last - first) // (points - 1)))
        days = [*range(first, last, stride), last]
        rows = {segment: [0] * len(days) for segment in segments}
        for (day, segment), step in self._steps.items():
            rows[segment][bisect_left(days, day)] += step
        for row in rows.values():
            for n in range(1, len(row)):
                row[n] += row[n - 1]
        return Sizes([min(as_of, (day + 1) * DAY_MS - 1) for day in days], rows)
