"""The figures of several rounds in, their median and how far they lie apart out."""

from collections.abc import Iterable
from statistics import median
from typing import NamedTuple


class Spread(NamedTuple):
    """A median, and the least and the greatest of its figures."""

    middle: float
    least: float
    most: float
    rounds: int

    def told(self, digits: int = 0) -> str:
        """Write the median, with the range if there was more than one round."""
        middle = f"{self.middle:,.{digits}f}"
        if self.rounds == 1:
            return middle
        return f"{middle} ({self.least:,.{digits}f}-{self.most:,.{digits}f})"


def spread(figures: Iterable[float | None]) -> Spread | None:
    """Sum up what was measured; None if nothing was."""
    there = [figure for figure in figures if figure is not None]
    return Spread(median(there), min(there), max(there), len(there)) if there else None
