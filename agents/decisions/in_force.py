"""A policy and the history of its cut points in, the judge in force at an instant out."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from agents.decisions.judging import Judge
from schemas.customer_row import Counted
from schemas.cut_points import CutPoints
from schemas.policy import Policy

BLOCK: Final = 32


class InForce:
    """Made once for a policy and a history of cut points; it keeps no customer."""

    __slots__ = ("_skips", "_starts", "ages_only", "judges", "plain", "policy", "scores", "varies")

    def __init__(self, policy: Policy, cut_points: Sequence[CutPoints] = (), *, scores: bool = False) -> None:
        """`scores`: changes of score are told too."""
        self.policy = policy
        self.scores = scores
        self.judges = [Judge(policy, version, every=scores) for version in (None, *cut_points)]
        self.varies = bool(cut_points)
        """Whether new cut points ever come into force."""
        timed = policy.window_ms is not None or policy.dwell.up_ms or policy.dwell.down_ms or policy.brink_ms
        self.ages_only = not (timed or scores)
        """Whether time moves nobody but by ages and new cut points: no window, no least stay, no announcements."""
        self.plain = self.ages_only and not self.varies
        self._starts = [version.effective_at for version in cut_points]
        # Ages pass other cut points at other instants, and what leaves the window changes what they are compared with.
        skips = policy.window_ms is None and not (policy.recency and policy.recency.quantiles)
        self._skips = [_Crossings(self.judges)] if skips else []

    def at(self, instant: int) -> Judge:
        """Give the judge in force at an instant."""
        return self.judges[bisect_right(self._starts, instant)] if self._starts else self.judges[0]

    def turn_after(self, of: Counted, instant: int) -> int:
        """Give the next instant at which other cut points give a customer other scores; 0 = never.

        It may come too early, never too late.
        """
        place = bisect_right(self._starts, instant)
        for crossings in self._skips:
            place = crossings.after(of, place)
        return self._starts[place] if place < len(self._starts) else 0


class _Crossings:
    """Where in the history of cut points a value is passed by one: a year has hundreds, a customer meets few."""

    __slots__ = ("_judges", "_series")

    def __init__(self, judges: Sequence[Judge]) -> None:
        self._judges = judges
        self._series: list[tuple[bool, list[int], list[tuple[int, int]]]] = []
        """Of each cut point whether it is one of frequency, its history, and its least and greatest value per block."""
        for of_frequency in (True, False):
            thresholds = [judge.frequency if of_frequency else judge.monetary for judge in judges]
            values = [scale.values for scale in thresholds if scale is not None]
            for series in map(list, zip(*values, strict=True)):
                blocks = [series[start : start + BLOCK] for start in range(0, len(series), BLOCK)]
                self._series.append((of_frequency, series, [(min(block), max(block)) for block in blocks]))

    def after(self, of: Counted, place: int) -> int:
        """Give the place (in the list of later versions) of the next one that passes a value of hers, or its end."""
        number, end = place + 1, len(self._judges)
        for of_frequency, series, blocks in self._series:
            value = of.frequency if of_frequency else max(0, of.monetary)
            end = _crossed(series, blocks, value, number, end)
        return end - 1


def _crossed(series: list[int], blocks: list[tuple[int, int]], value: int, start: int, end: int) -> int:
    """Find the first version in [start, end) that stands on another side of a value than the one before `start`."""
    below = series[start - 1] < value
    number = start
    while number < end:
        least, greatest = blocks[number // BLOCK]
        if greatest < value if below else least >= value:
            number = (number // BLOCK + 1) * BLOCK
        elif (series[number] < value) != below:
            return number
        else:
            number += 1
    return end
