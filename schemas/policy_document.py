"""The shape of a policy document, version 1, and what makes it usable: total, disjoint, ascending."""

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Final, Literal

import iso4217
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from schemas.durations import parse_duration
from schemas.policy import Policy, Segment, Thresholds

Duration = Annotated[int, BeforeValidator(parse_duration)]
Amount = Annotated[Decimal, Field(ge=0, lt=10**15)]
Mistake = tuple[tuple[int | str, ...], str]
EXPONENTS: Final = {currency.code: currency.exponent or 0 for currency in iso4217.Currency}
LONGEST_EXPONENT: Final = 4
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
    at_least: list[Amount] | None = Field(None, min_length=1, max_length=8)
    quantiles: list[str] | None = Field(None, min_length=1, max_length=8)
    initial: list[Amount] | None = None

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

    def mistakes(self) -> Iterator[Mistake]:
        """Tell what is wrong with the document as a whole: its money, its ids, its list of segments."""
        if self.currency not in EXPONENTS:
            yield ("currency",), "no currency of ISO 4217"
        exponent = EXPONENTS.get(self.currency, LONGEST_EXPONENT)
        if self.scores.frequency.exceeds(0):
            yield ("scores", "frequency"), "frequency has at most 0 decimals"
        if self.scores.monetary.exceeds(exponent):
            yield ("scores", "monetary"), f"an amount has at most {exponent} decimals"
        if len({rule.rank is None for rule in self.segments}) > 1:
            yield ("segments",), "give a rank to all or to none"
        yield from self._segment_mistakes()

    def _segment_mistakes(self) -> Iterator[Mistake]:
        names, cells, ids = self._cell_names(), dict[str, str](), set[str]()
        for index, rule in enumerate(self.segments):
            place = ("segments", index)
            if rule.id in ids:
                yield (*place, "id"), f"an id stands twice: {rule.id}"
            ids.add(rule.id)
            reached = False
            for cell in rule.cells or [name for name in names if name not in cells]:
                if cell not in names:
                    yield (*place, "cells"), f"there is no cell {cell!r}"
                elif cell in cells:
                    yield (*place, "cells"), f"cell {cell} is in {cells[cell]} and in {rule.id}"
                else:
                    cells[cell], reached = rule.id, True
            if not reached:
                yield place, f"{rule.id} can never be reached"
        left = [name for name in names if name not in cells]
        if left:
            yield ("segments",), f"no segment for {', '.join(left)}"

    def _cell_names(self) -> list[str]:
        scores = self.scores
        widths = (len(scores.recency.within), len(scores.frequency.values()), len(scores.monetary.values()))
        digits = [[str(d) for d in range(1, width + 2)] for width in widths]
        return ["".join(cell) for cell in itertools.product(*digits)]

    def _cells(self) -> dict[str, str]:
        """Give every cell its segment."""
        cells: dict[str, str] = {}
        for rule in self.segments:
            for cell in rule.cells or [name for name in self._cell_names() if name not in cells]:
                cells[cell] = rule.id
        return cells

    def _segments(self) -> Iterator[Segment]:
        for position, rule in enumerate(self.segments, 1):
            yield Segment(rule.id, rule.label or rule.id, rule.rank or position)

    def compile(self, fingerprint: str) -> Policy:
        """Build what the decisions read; there are no mistakes any more."""
        return Policy(
            id=self.id,
            version=self.version,
            fingerprint=fingerprint,
            currency=self.currency,
            recency=tuple(self.scores.recency.within),
            frequency=self.scores.frequency.thresholds(0),
            monetary=self.scores.monetary.thresholds(EXPONENTS[self.currency]),
            segments=tuple(self._segments()),
            cells=self._cells(),
            zero_value_counts=self.orders.zero_value == "count",
            refunded_drops=self.orders.refunded == "drop",
            grace_ms=self.late.grace,
        )


def _check_ascending(values: Sequence[int] | Sequence[Decimal]) -> None:
    if any(values[i] >= values[i + 1] for i in range(len(values) - 1)):
        raise ValueError("values must ascend")
