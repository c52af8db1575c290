"""The shape of a policy document, version 1, and what makes it usable: total, disjoint, ascending."""

import itertools
from collections.abc import Iterator
from typing import Annotated, Final, Literal

import iso4217
from pydantic import Field, model_validator

from schemas.closed import Closed, Distinct, Duration, Kind, Later, Mistake, Name, SegmentId
from schemas.instants import DAY_MS
from schemas.policy import Policy, Segment
from schemas.reward_document import RewardRuleDocument
from schemas.score_document import Scores

EXPONENTS: Final = {currency.code: currency.exponent or 0 for currency in iso4217.Currency}
LONGEST_EXPONENT: Final = 4


class _Orders(Closed):
    zero_value: Literal["count", "ignore"] = "ignore"
    refunded: Literal["keep", "drop"] = "drop"


class _Late(Closed):
    grace: Duration = 200
    horizon: Later = None


class _Engagement(Closed):
    kinds: Annotated[list[Kind], Distinct] = Field([])
    dedup_days: int = Field(30, strict=True, ge=1, le=366)


class _SegmentRule(Closed):
    id: SegmentId
    label: str | None = Field(None, min_length=1, max_length=128)
    rank: int | None = Field(None, ge=1)
    cells: list[str] | None = Field(None, min_length=1)
    otherwise: Literal[True] | None = None
    when: Later = None

    @model_validator(mode="after")
    def _one_rule(self) -> "_SegmentRule":
        if (self.cells is None) == (self.otherwise is None):
            raise ValueError("give either cells or otherwise: true")
        return self


class PolicyDocument(Closed):
    version: Literal[1]
    id: Name
    currency: str
    window: Literal["lifetime"] = "lifetime"
    orders: _Orders = _Orders()
    scores: Scores
    late: _Late = _Late()
    segments: list[_SegmentRule] = Field(min_length=1, max_length=99)
    engagement: _Engagement = _Engagement()
    rewards: list[RewardRuleDocument] = Field([])
    timezone: Later = None
    cut_points: Later = None
    no_orders: Later = None
    dwell: Later = None
    brink: Later = None
    silent_until: Later = None
    budgets: Later = None
    journeys: Later = None

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
        yield from self._reward_mistakes()

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

    def _reward_mistakes(self) -> Iterator[Mistake]:
        ranks, ids = {segment.id: segment.rank for segment in self._segments()}, set[str]()
        for index, rule in enumerate(self.rewards):
            if rule.id in ids:
                yield ("rewards", index, "id"), f"an id stands twice: {rule.id}"
            ids.add(rule.id)
            for place, message in rule.mistakes(ranks):
                yield ("rewards", index, *place), message

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
            engagement=frozenset(self.engagement.kinds),
            dedup_ms=self.engagement.dedup_days * DAY_MS,
            rewards=tuple(rule.compile() for rule in self.rewards),
        )
