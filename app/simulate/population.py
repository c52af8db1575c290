"""What customers hold at an instant in, the cut points of that instant out."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.decisions.order_statistics import cut_points, marks
from app.simulate.ranking import ABSENT, Ranking
from schemas.instants import DAY_MS
from schemas.policy import Policy
from schemas.scales import Quantiles

Rows = NDArray[np.int64]
"""Columns: freeze, customer, frequency, monetary, newest."""


class Frozen(NamedTuple):
    """The three lists of a version."""

    recency: tuple[int, ...] | None
    frequency: tuple[int, ...] | None
    monetary: tuple[int, ...] | None


class Population:
    """All customers; those with frequency 1 or more count."""

    def __init__(self, policy: Policy, customers: int) -> None:
        recency, frequency, monetary = policy.recency, policy.frequency, policy.monetary
        self._whole_days = recency is not None and recency.whole_days
        self._quantiles = (
            recency.quantiles if recency else None,
            frequency.quantiles if frequency else None,
            monetary.quantiles if monetary else None,
        )
        self._newest, self._frequency, self._monetary = (
            Ranking(customers, marks(quantiles)) if quantiles else None for quantiles in self._quantiles
        )
        self.grows_old = self._newest is not None
        """Whether cut points change though nothing happens."""
        self._counts: NDArray[Any] = np.zeros(customers, bool)
        self.count = 0

    def apply(self, rows: Rows) -> None:
        """Change what some customers hold, each of them once."""
        customers, counts = rows[:, 1], rows[:, 2] >= 1
        self.count += int(np.count_nonzero(counts)) - int(np.count_nonzero(self._counts[customers]))
        self._counts[customers] = counts
        for ranking, column in ((self._frequency, 2), (self._monetary, 3), (self._newest, 4)):
            if ranking is not None:
                ranking.replace(customers, np.where(counts, rows[:, column], ABSENT))

    def freeze(self, at: int) -> Frozen:
        """Read the cut points; there must be anybody who counts."""
        recency, frequency, monetary = self._quantiles
        return Frozen(
            self._ages(recency, self._newest, at) if recency and self._newest else None,
            cut_points(frequency, self.count, self._frequency.at) if frequency and self._frequency else None,
            cut_points(monetary, self.count, self._monetary.at) if monetary and self._monetary else None,
        )

    def _ages(self, quantiles: Quantiles, newest: Ranking, now: int) -> tuple[int, ...]:
        """The youngest order is the lowest age: ranks are counted from the other end."""

        def age(number: int, rank: int) -> int:
            exact = now - newest.at(number, self.count - 1 - rank)
            return exact // DAY_MS * DAY_MS if self._whole_days else exact

        return cut_points(quantiles, self.count, age)
