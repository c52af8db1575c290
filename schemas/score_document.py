"""The shape of the scores of a policy document, and what makes them usable: what separates them ascends."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from schemas.closed import Amount, Closed, Duration, Mistake, Share
from schemas.instants import DAY_MS
from schemas.scales import Quantiles, RecencyScale, Scale, Thresholds

Method = Literal["nearest_rank", "linear"]
Ages = Annotated[list[Duration], Field(min_length=1, max_length=8)]
Amounts = Annotated[list[Amount], Field(min_length=1, max_length=8)]
Shares = Annotated[list[Share], Field(min_length=1, max_length=8)]


def _either(fixed: str) -> Any:
    """Tell editors that the bounds are fixed or quantiles."""
    quantiles = {"required": ["quantiles", "initial"], "not": {"required": [fixed]}}
    return {"oneOf": [{"required": [fixed], "not": {"required": ["initial"]}}, quantiles]}


class _Scored(Closed):
    """What all scores have: 1 to 8 bounds for 2 to 9 scores."""

    quantiles: Shares | None = None
    """Shares of the customers that separate the scores, ascending."""
    method: Method = "nearest_rank"
    """How a quantile is read: nearest_rank takes a value that some customer has, linear interpolates (R type 7)."""

    def _check(self, name: str, fixed: Sequence[Any] | None, initial: Sequence[Any] | None) -> None:
        if (fixed is None) == (self.quantiles is None):
            raise ValueError(f"give either {name} or quantiles")
        if self.quantiles is None:
            for part in ("initial", "method"):
                if part in self.model_fields_set:
                    raise ValueError(f"{part} belongs to quantiles")
        else:
            _check_ascending(self.quantiles)
            if initial is None or len(initial) != len(self.quantiles):
                raise ValueError("quantiles need as many initial cut points")
        _check_ascending(fixed or initial or [])

    def _quantiles(self) -> Quantiles | None:
        return Quantiles(tuple(self.quantiles), self.method) if self.quantiles else None


class RecencyDocument(_Scored):
    """The score r: bounds are ages of the newest order; an age equal to a bound keeps the better score."""

    model_config = ConfigDict(json_schema_extra=_either("within"))

    within: Ages | None = None
    """Ascending ages; [90d, 150d] gives 3 up to 90 days, 2 up to 150 days, else 1."""
    initial: Ages | None = None
    """The bounds until the first freeze, as many as quantiles."""
    unit: Literal["day"] | None = None
    """day: the age is floored to whole days for this score."""

    @model_validator(mode="after")
    def _usable(self) -> "RecencyDocument":
        self._check("within", self.within, self.initial)
        if self.unit == "day" and _repeats([bound // DAY_MS for bound in self.bounds()]):
            raise ValueError("with unit: day, bounds lie on different days")
        return self

    def bounds(self) -> list[int]:
        """Give what separates the scores, in ms."""
        return self.within or self.initial or []

    def compile(self) -> RecencyScale:
        """Build what the decisions read."""
        return RecencyScale(tuple(self.bounds()), self._quantiles(), self.unit == "day")


class ScaleDocument(_Scored):
    """The score f or m: a value that reaches a threshold, or exceeds a cut point, has passed it."""

    model_config = ConfigDict(json_schema_extra=_either("at_least"))

    at_least: Amounts | None = None
    """Ascending thresholds; [2, 3] gives 1 below 2, 2 from 2, 3 from 3 on."""
    initial: Amounts | None = None
    """The cut points until the first freeze, as many as quantiles; money in major units of the currency."""

    @model_validator(mode="after")
    def _usable(self) -> "ScaleDocument":
        self._check("at_least", self.at_least, self.initial)
        return self

    def values(self) -> list[Decimal]:
        """Give what separates the scores, in major units."""
        return self.at_least or self.initial or []

    def exceeds(self, decimals: int) -> bool:
        """Tell whether a value has more decimals."""
        return any(value != round(value, decimals) for value in self.values())

    def compile(self, exponent: int) -> Scale:
        """Turn major units into minor ones."""
        minor = tuple(int(value.scaleb(exponent)) for value in self.values())
        return Scale(Thresholds(minor, self.at_least is not None), self._quantiles())


class Scores(Closed):
    """How each score is won; 1 is the lowest. A score that is left out does not exist."""

    recency: RecencyDocument | None = None
    frequency: ScaleDocument | None = None
    """Counted orders inside the window."""
    monetary: ScaleDocument | None = None
    """Their amounts net of refunds, in major units of the currency."""

    def widths(self) -> Mapping[str, int]:
        """Give the scores that exist, in the order r, f, m, and how many steps each has."""
        widths = {}
        if self.recency:
            widths["r"] = len(self.recency.bounds()) + 1
        if self.frequency:
            widths["f"] = len(self.frequency.values()) + 1
        if self.monetary:
            widths["m"] = len(self.monetary.values()) + 1
        return widths

    def cells(self) -> list[str]:
        """Give the name of every cell, the lowest first; none without scores."""
        digits = [[str(digit) for digit in range(1, width + 1)] for width in self.widths().values()]
        return ["".join(cell) for cell in itertools.product(*digits)] if digits else []

    def mistakes(self, exponent: int) -> Iterator[Mistake]:
        """Tell which values are finer than what they count."""
        if self.frequency and self.frequency.exceeds(0):
            yield ("frequency",), "frequency has at most 0 decimals"
        if self.monetary and self.monetary.exceeds(exponent):
            yield ("monetary",), f"an amount has at most {exponent} decimals"


def _check_ascending(values: Sequence[int] | Sequence[Decimal] | Sequence[Fraction]) -> None:
    if any(values[i] >= values[i + 1] for i in range(len(values) - 1)):
        raise ValueError("values must ascend")


def _repeats(values: Sequence[int]) -> bool:
    return len(set(values)) < len(values)
