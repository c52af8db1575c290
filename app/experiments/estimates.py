"""What two groups of customers did in; how far apart they are, with an interval that says how sure that is, out."""

from collections.abc import Sequence
from math import hypot
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from app.experiments.outcomes import Outcome

LEAST: Final = 100
"""Fewer customers than this in a group tell nothing: the intervals here are right for large groups only."""
CONFIDENCE: Final = 0.95

Numbers = NDArray[np.float64]


class Estimate(NamedTuple):
    """A measure of both groups, and their difference with its interval."""

    given: float
    held_out: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """How much more it is of those who were given something."""
        return self.given - self.held_out


class TooFew(NamedTuple):
    """How many there are of each, where that is not enough."""

    given: int
    held_out: int


Answer = Estimate | TooFew


class Group:
    """The customers of one arm, whose time is over."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        columns = np.array(outcomes, np.float64).reshape(-1, len(Outcome._fields))
        self.size = len(outcomes)
        self.orders: Numbers = columns[:, 0]
        self.priced: Numbers = columns[:, 1]
        self.amounts: Numbers = columns[:, 2]
        self.came_back = int(np.count_nonzero(self.orders))
        self.spenders = int(np.count_nonzero(self.priced))


def orders_per_customer(given: Group, held_out: Group, level: float) -> Answer:
    """Compare counted orders per customer by Welch's interval."""
    if min(given.size, held_out.size) < LEAST:
        return TooFew(given.size, held_out.size)
    means = float(given.orders.mean()), float(held_out.orders.mean())
    return Estimate(*means, *welch(given.orders, held_out.orders, level))


def average_order(given: Group, held_out: Group, level: float) -> Answer:
    """Compare the worth of an order, over all orders of a group, in minor units.

    Orders of one customer are not independent, customers are: Welch's interval on what each adds to the ratio of the
    sums (the delta method).
    """
    if min(given.spenders, held_out.spenders) < LEAST:
        return TooFew(given.spenders, held_out.spenders)
    ratios = [float(group.amounts.sum() / group.priced.sum()) for group in (given, held_out)]
    parts = [
        ratio + (group.amounts - ratio * group.priced) / group.priced.mean()
        for ratio, group in zip(ratios, (given, held_out), strict=True)
    ]
    return Estimate(ratios[0], ratios[1], *welch(parts[0], parts[1], level))


def retention(given: Group, held_out: Group, level: float) -> Answer:
    """Compare the shares of customers who ordered again by Newcombe's interval, which is made of two by Wilson."""
    if min(given.size, held_out.size) < LEAST:
        return TooFew(given.size, held_out.size)
    shares = given.came_back / given.size, held_out.came_back / held_out.size
    low, high = newcombe((given.came_back, given.size), (held_out.came_back, held_out.size), level)
    return Estimate(*shares, low, high)


def welch(one: Numbers, other: Numbers, level: float) -> tuple[float, float]:
    """Give the interval of the difference of two means, whose spreads may differ; of no spread at all a point."""
    if np.ptp(one) == 0 and np.ptp(other) == 0:
        apart = float(one[0] - other[0])
        return apart, apart
    interval: Any = stats.ttest_ind(one, other, equal_var=False).confidence_interval(level)
    return float(interval.low), float(interval.high)


def newcombe(one: tuple[int, int], other: tuple[int, int], level: float) -> tuple[float, float]:
    """Give the interval of the difference of two shares, each so many of so many (Newcombe 1998, method 10)."""
    (a, low_a, high_a), (b, low_b, high_b) = (_wilson(*counts, level) for counts in (one, other))
    return a - b - hypot(a - low_a, high_b - b), a - b + hypot(high_a - a, b - low_b)


def _wilson(count: int, of: int, level: float) -> tuple[float, float, float]:
    interval: Any = stats.binomtest(count, of).proportion_ci(level, "wilson")
    return count / of, float(interval.low), float(interval.high)


def unlikely(held_out: int, of: int, share: float) -> bool:
    """Tell whether so many held out of so many are no accident of the share: once in a thousand times, or less."""
    return bool(stats.binomtest(held_out, of, share).pvalue < 0.001)
