"""The shape of a policy document, version 1, and what makes it usable: total, disjoint, ascending."""

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Literal

import iso4217
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from schemas.durations import parse_duration
from schemas.policy import Policy, Segment, Thresholds

Duration = Annotated[int, BeforeValidator(parse_duration)]
_PERCENT = re.compile(r"(100|\d{1,2})(\.\d+)?%")


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Recency(_Closed):
    within: list[Duration] = Field(min_length=1, max_length=8)

    @model_validator(mode="after")
    def _ascending(self) -> "_Recency":
        _check_ascending(self.within)
        return self


class _Scale(_Closed):
    at_least: list[Decimal] | None = Field(None, min_length=1, max_length=8)
    quantiles: list[str] | None = Field(None, min_length=1, max_length=8)
    initial: list[Decimal] | None = None

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
        _check_ascending(self._values())
        return self

    def _values(self) -> list[Decimal]:
        return self.at_least or self.initial or []

    def thresholds(self, exponent: int, what: str) -> Thresholds:
        """Turn major units into minor ones; ValueError when a value has more digits than its currency."""
        values = [value.scaleb(exponent) for value in self._values()]
        if any(value != value.to_integral_value() for value in values):
            raise ValueError(f"{what} has at most {exponent} decimals")
        return Thresholds(tuple(int(value) for value in values), self.at_least is not None)


class _Scores(_Closed):
    recency: _Recency
    frequency: _Scale
    monetary: _Scale


class _Orders(_Closed):
    zero_value: Literal["count", "ignore"] = "ignore"
    refunded: Literal["keep", "drop"] = "drop"


class _Late(_Closed):
    grace: Duration = 200


class _SegmentRule(_Closed):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    label: str | None = Field(None, min_length=1, max_length=128)
    rank: int | None = Field(None, ge=1)
    cells: list[str] | None = Field(None, min_length=1)
    otherwise: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> "_SegmentRule":
        if (self.cells is None) == (self.otherwise is None):
            raise ValueError("give either cells or otherwise: true")
        return self


class PolicyDocument(_Closed):
    version: Literal[1]
    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")
    currency: str
    window: Literal["lifetime"] = "lifetime"
    orders: _Orders = _Orders()
    scores: _Scores
    late: _Late = _Late()
    segments: list[_SegmentRule] = Field(min_length=1, max_length=99)

    @model_validator(mode="after")
    def _usable(self) -> "PolicyDocument":
        if self.currency not in {currency.code for currency in iso4217.Currency}:
            raise ValueError("currency: no currency of ISO 4217")
        self._thresholds()
        ids = [rule.id for rule in self.segments]
        if len(set(ids)) != len(ids):
            raise ValueError("segments: an id stands twice")
        if len({rule.rank is None for rule in self.segments}) == 2:
            raise ValueError("segments: give a rank to all or to none")
        self._cells()
        return self

    def _thresholds(self) -> tuple[Thresholds, Thresholds]:
        exponent = iso4217.Currency(self.currency).exponent or 0
        return (
            self.scores.frequency.thresholds(0, "frequency"),
            self.scores.monetary.thresholds(exponent, "an amount"),
        )

    def _cell_names(self) -> list[str]:
        frequency, monetary = self._thresholds()
        widths = (len(self.scores.recency.within), len(frequency.values), len(monetary.values))
        digits = [[str(d) for d in range(1, width + 2)] for width in widths]
        return ["".join(cell) for cell in itertools.product(*digits)]

    def _cells(self) -> dict[str, str]:
        """Give every cell its segment; ValueError unless the list is total, disjoint and all reachable."""
        cells: dict[str, str] = {}
        names = self._cell_names()
        for rule in self.segments:
            for cell in rule.cells or [name for name in names if name not in cells]:
                if cell not in names:
                    raise ValueError(f"segments: {rule.id}: there is no cell {cell!r}")
                if cell in cells:
                    raise ValueError(f"segments: cell {cell} is in {cells[cell]} and in {rule.id}")
                cells[cell] = rule.id
            if rule.id not in cells.values():
                raise ValueError(f"segments: {rule.id} can never be reached")
        left = [name for name in names if name not in cells]
        if left:
            raise ValueError(f"segments: no segment for {', '.join(left)}")
        return cells

    def _segments(self) -> Iterator[Segment]:
        for position, rule in enumerate(self.segments, 1):
            yield Segment(rule.id, rule.label or rule.id, rule.rank or position)

    def compile(self, fingerprint: str) -> Policy:
        """Build what the decisions read."""
        frequency, monetary = self._thresholds()
        return Policy(
            id=self.id,
            version=self.version,
            fingerprint=fingerprint,
            currency=self.currency,
            recency=tuple(self.scores.recency.within),
            frequency=frequency,
            monetary=monetary,
            segments=tuple(self._segments()),
            cells=self._cells(),
            zero_value_counts=self.orders.zero_value == "count",
            refunded_drops=self.orders.refunded == "drop",
            grace_ms=self.late.grace,
        )


def _check_ascending(values: Sequence[int] | Sequence[Decimal]) -> None:
    if any(values[i] >= values[i + 1] for i in range(len(values) - 1)):
        raise ValueError("values must ascend")
