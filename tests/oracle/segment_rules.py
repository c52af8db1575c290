"""What is measured of a customer in, whether a rule places her out."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Bounds = tuple[int | None, int | None]
"""From and to, both inclusive; None = open. Ages in ms, money in minor units."""
Age = Literal["recency", "tenure", "engaged"]


class Measured(NamedTuple):
    """`known` are the orders of known amount; `engaged` None = never; `cell` the digits of the scores there are."""

    recency: int
    tenure: int
    frequency: int
    monetary: int
    known: int
    engaged: int | None
    r: int | None
    f: int | None
    m: int | None
    cell: str


@dataclass(frozen=True, slots=True)
class When:
    """Holds if all that it names does."""

    recency: Bounds | None = None
    frequency: Bounds | None = None
    monetary: Bounds | None = None
    average_order_value: Bounds | None = None
    tenure: Bounds | None = None
    engaged: Bounds | None = None
    r: Bounds | None = None
    f: Bounds | None = None
    m: Bounds | None = None
    engaged_never: bool = False

    def holds(self, measured: Measured) -> bool:
        return (
            _between(self.recency, measured.recency)
            and _between(self.frequency, measured.frequency)
            and _between(self.monetary, measured.monetary)
            and _average_between(self.average_order_value, measured.monetary, measured.known)
            and _between(self.tenure, measured.tenure)
            and _between(self.engaged, measured.engaged)
            and _between(self.r, measured.r)
            and _between(self.f, measured.f)
            and _between(self.m, measured.m)
            and not (self.engaged_never and measured.engaged is not None)
        )

    def turning_ages(self, age: Age) -> set[int]:
        """The first age inside and the first beyond."""
        bounds: Bounds | None = getattr(self, age)
        low, high = bounds or (None, None)
        return ({low} if low is not None else set()) | ({high + 1} if high is not None else set())

    @property
    def asks_engagement(self) -> bool:
        return self.engaged is not None or self.engaged_never


@dataclass(frozen=True, slots=True)
class Rule:
    """By cells, or by measures, or (neither given) for whoever is left."""

    segment: str
    cells: tuple[str, ...] | None = None
    when: When | None = None

    def places(self, measured: Measured) -> bool:
        if self.cells is not None:
            return measured.cell in self.cells
        return self.when is None or self.when.holds(measured)


def _between(bounds: Bounds | None, value: int | None) -> bool:
    """What is undefined is between no bounds."""
    if bounds is None:
        return True
    low, high = bounds
    return value is not None and (low is None or low <= value) and (high is None or value <= high)


def _average_between(bounds: Bounds | None, monetary: int, known: int) -> bool:
    """In whole numbers: nobody divides."""
    if bounds is None:
        return True
    low, high = bounds
    above = low is None or monetary >= low * known
    return known > 0 and above and (high is None or monetary <= high * known)
