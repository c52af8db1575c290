"""Values in, scores out: what separates them, for ages, counts and sums."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`at_least`: a value that reaches a threshold passes it; `cuts`: it must exceed it."""

    mode: Literal["at_least", "cuts"]
    values: tuple[int, ...]

    def score(self, value: int) -> int:
        if self.mode == "at_least":
            return 1 + bisect_right(self.values, value)
        return 1 + bisect_left(self.values, value)


def at_least(*values: int) -> Thresholds:
    return Thresholds("at_least", values)


def cuts(*values: int) -> Thresholds:
    return Thresholds("cuts", values)


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Shares of the customers, ascending; `linear` is R type 7."""

    shares: tuple[Fraction, ...]
    method: Literal["nearest_rank", "linear"] = "nearest_rank"


@dataclass(frozen=True, slots=True)
class Scales:
    """All that is in force at an instant; None = there is no such score. `version` 0 is what the policy says."""

    version: int
    within_ms: tuple[int, ...] | None
    whole_days: bool
    frequency: Thresholds | None
    monetary_minor: Thresholds | None

    def recency_score(self, age_ms: int) -> int | None:
        if self.within_ms is None:
            return None
        age = age_ms // DAY_MS * DAY_MS if self.whole_days else age_ms
        return len(self.within_ms) + 1 - bisect_left(self.within_ms, age)

    def frequency_score(self, frequency: int) -> int | None:
        return None if self.frequency is None else self.frequency.score(frequency)

    def monetary_score(self, monetary_minor: int) -> int | None:
        return None if self.monetary_minor is None else self.monetary_minor.score(monetary_minor)

    def turning_ages(self) -> set[int]:
        """The first age beyond each bound."""
        bounds = self.within_ms or ()
        if self.whole_days:
            return {(bound // DAY_MS + 1) * DAY_MS for bound in bounds}
        return {bound + 1 for bound in bounds}
