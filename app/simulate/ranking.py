"""Values of many customers that change a few at a time in, the value at any rank out: exact, without sorting them all.

A mark remembers, for a rank that is asked again and again, a narrow range of values around it and how many values lie
below and inside. Changes are counted against the range; only what lies inside is ever looked at closely.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

ABSENT: Final = -1
"""Stands for a customer who does not count; every value is larger."""
LEAST: Final = 64
SHARE: Final = 24
"""A fresh range takes in one value of so many on either side of its rank, and at least LEAST."""

Integers = NDArray[np.int64]


class _Mark:
    __slots__ = ("below", "high", "inside", "low")

    def __init__(self) -> None:
        self.low, self.high = 0, np.iinfo(np.int64).max
        self.below = self.inside = 0


class Ranking:
    """One measure of all customers; ranks are counted from 0 among those who count."""

    def __init__(self, customers: int, marks: int) -> None:
        """`marks`: how many ranks are asked for each time."""
        self._values: Integers = np.full(customers, ABSENT, np.int64)
        self._marks = [_Mark() for _ in range(marks)]

    def replace(self, customers: NDArray[Any], values: Integers) -> None:
        """Give some customers, none twice, other values."""
        old = self._values[customers]
        self._values[customers] = values
        for mark in self._marks:
            mark.below += _between(values, 0, mark.low) - _between(old, 0, mark.low)
            mark.inside += _between(values, mark.low, mark.high) - _between(old, mark.low, mark.high)

    def at(self, number: int, rank: int) -> int:
        """Give the value at a rank; the same number goes with ranks that move little."""
        mark = self._marks[number]
        if not mark.below <= rank < mark.below + mark.inside:
            mark.low, mark.high = 0, np.iinfo(np.int64).max
            mark.below, mark.inside = 0, _between(self._values, mark.low, mark.high)
        if mark.high - mark.low == 1:
            return mark.low
        found = self._values[(self._values >= mark.low) & (self._values < mark.high)]
        place = rank - mark.below
        width = max(LEAST, self._values.size // SHARE)
        if found.size > 4 * width:
            self._narrow(mark, found, place, width)
            return self.at(number, rank)
        return int(np.partition(found, place)[place])

    def _narrow(self, mark: _Mark, found: Integers, place: int, width: int) -> None:
        ends = [max(0, place - width), place, min(found.size - 1, place + width)]
        low, middle, high = (int(value) for value in np.partition(found, ends)[ends])
        if _between(found, low, high + 1) == found.size:  # nearly all are equal to the one at the rank
            low = high = middle
        mark.low, mark.high = low, high + 1
        mark.below += _between(found, 0, low)
        mark.inside = _between(found, low, high + 1)


def _between(values: Integers, low: int, high: int) -> int:
    return int(np.count_nonzero((values >= low) & (values < high)))
