"""A history of cut points in; the next version that passes a customer's values out."""

from collections.abc import Sequence
from typing import Final

from agents.decisions.judging import Judge
from schemas.customer_row import Counted

BLOCK: Final = 32
"""Versions that are looked at together first."""


class Crossings:
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
