"""How scores are won: fixed bounds, or the quantiles of all customers, with the bounds until the first freeze."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from schemas.instants import DAY_MS


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Which shares of the customers separate the scores, ascending, each over 0 and at most 1."""

    shares: tuple[Fraction, ...]
    method: Literal["nearest_rank", "linear"] = "nearest_rank"


def below(values: tuple[int, ...], value: int) -> int:
    """Count the values, ascending, that are below one; there are at most eight, so no search is faster."""
    count = 0
    for each in values:
        if each >= value:
            break
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Ascending values that separate scores of frequency or monetary.

    `at_least`: a value that reaches a threshold has passed it. Otherwise they are cut points of quantiles:
    a value passes a cut point only by exceeding it, so equal values always get equal scores.
    """

    values: tuple[int, ...]
    at_least: bool

    def score(self, value: int) -> int:
        """Score a value from 1 to the number of thresholds + 1.

        In whole numbers a threshold that is reached is one below the next number.
        """
        return 1 + below(self.values, value + self.at_least)


@dataclass(frozen=True, slots=True)
class RecencyScale:
    """How the score of recency is won: ascending ages in ms, the last at which k, k - 1, ... 2 still holds."""

    bounds: tuple[int, ...]
    quantiles: Quantiles | None = None
    """None: the bounds are fixed. Else they are in force until the first freeze."""
    whole_days: bool = False
    """Ages are floored to whole days for this score; `age_bounds` says the same in milliseconds."""

    @property
    def age_bounds(self) -> tuple[int, ...]:
        """Give the last millisecond of age that each bound allows."""
        return self.in_milliseconds(self.bounds)

    def in_milliseconds(self, bounds: tuple[int, ...]) -> tuple[int, ...]:
        """Spell bounds on floored ages as bounds on ages: floor(age) <= b as long as age < floor(b) + 1 day."""
        if not self.whole_days:
            return bounds
        return tuple((bound // DAY_MS + 1) * DAY_MS - 1 for bound in bounds)


@dataclass(frozen=True, slots=True)
class Scale:
    """How the score of frequency or monetary is won."""

    thresholds: Thresholds
    quantiles: Quantiles | None = None
    """None: the thresholds are fixed. Else they are in force until the first freeze."""


QuantileSet = tuple[Quantiles | None, Quantiles | None, Quantiles | None]
"""The quantiles of recency, frequency and monetary."""
