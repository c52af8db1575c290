"""The shape of the scores of a policy document, and what makes them usable: what separates them ascends."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import Field, model_validator

from schemas.closed import Closed, Duration, Later
from schemas.policy import Thresholds

Amount = Annotated[Decimal, Field(ge=0, lt=10**15)]
_PERCENT = re.compile(r"(100|\d{1,2})(\.\d+)?%")


class _Recency(Closed):
    within: list[Duration] = Field(min_length=1, max_length=8)
    quantiles: Later = None
    initial: Later = None
    unit: Later = None

    @model_validator(mode="after")
    def _ascending(self) -> "_Recency":
        _check_ascending(self.within)
        return self


class _Scale(Closed):
    at_least: list[Amount] | None = Field(None, min_length=1, max_length=8)
    quantiles: list[str] | None = Field(None, min_length=1, max_length=8)
    initial: list[Amount] | None = None
    method: Later = None

    @model_validator(mode="after")
    def _one_way(self) -> "_Scale":
        if (self.at_least is None) == (self.quantiles is None):
            raise ValueError("give either at_least or quantiles")
        if self.quantiles is None:
            if self.initial is not None:
                raise ValueError("initial belongs to quantiles")
        else:
            if not all(_PERCENT.fullmatch(q) for q in self.quantiles):
                raise ValueError("a quantile is written like 33%")
            _check_ascending([Decimal(q.rstrip("%")) for q in self.quantiles])
            if self.initial is None or len(self.initial) != len(self.quantiles):
                raise ValueError("quantiles need as many initial cut points")
        _check_ascending(self.values())
        return self

    def values(self) -> list[Decimal]:
        """Give what separates the scores, in major units."""
        return self.at_least or self.initial or []

    def exceeds(self, decimals: int) -> bool:
        """Tell whether a value has more decimals."""
        return any(value != round(value, decimals) for value in self.values())

    def thresholds(self, exponent: int) -> Thresholds:
        """Turn major units into minor ones."""
        minor = tuple(int(value.scaleb(exponent)) for value in self.values())
        return Thresholds(minor, self.at_least is not None)


class Scores(Closed):
    """How each score is won."""

    recency: _Recency
    frequency: _Scale
    monetary: _Scale


def _check_ascending(values: Sequence[int] | Sequence[Decimal]) -> None:
    if any(values[i] >= values[i + 1] for i in range(len(values) - 1)):
        raise ValueError("values must ascend")
