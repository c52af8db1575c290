"""A policy's rules in, every kind of customer that they can tell apart and her segment out.

Each measure that a rule asks for is cut where an answer changes; between two cuts all ages and numbers are alike, so
one of them stands for all. What cannot be together (a newest order older than the oldest) is left out where that is
certain: a rule that matches none of these cases matches no customer.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Final, NamedTuple

from schemas.policy import Policy
from schemas.rule_matching import SCORES, Interval, matches, measures_of, widths_of
from schemas.scales import Scale
from schemas.when import Measure, Range

LIMIT: Final = 50_000
"""More kinds of customers than this are not looked through."""
OPEN: Final = 10**30
AGING: Final[tuple[Measure, ...]] = ("recency", "tenure", "engaged")
_MEASURE_OF: Final[Mapping[Measure, Measure]] = {"r": "recency", "f": "frequency", "m": "monetary"}


Place = tuple[Interval | None, ...]
"""Where someone is in every dimension; None: it is undefined."""


class Case(NamedTuple):
    """One kind of customer: her place, her scores, her segment."""

    place: Place
    scores: Mapping[Measure, int]
    segment: str

    @property
    def cell(self) -> str:
        """Name the cell."""
        return "".join(str(self.scores[score]) for score in SCORES if score in self.scores)


class Space:
    """Every kind of customer with a counted order; `dimensions` says what their places mean."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._fixed = {score: _fixed(policy, score) for score in _scores(policy)}
        self.dimensions: dict[Measure, Sequence[Interval | None]] = {}
        for measure in _asked(policy):
            self.dimensions[measure] = self._intervals(measure)
        self.too_large = prod(map(len, self.dimensions.values())) > LIMIT

    def cases(self) -> Iterator[Case]:
        """Give every case that can be; none if they are too many."""
        if self.too_large:
            return
        for place in itertools.product(*self.dimensions.values()):
            where = dict(zip(self.dimensions, place, strict=True))
            if _possible(where, self._policy.window_ms):
                yield self._case(place, where)

    def unreached(self) -> list[str]:
        """Name the segments whose rule matches no case; none if they are too many to look through."""
        if self.too_large:
            return []
        missing = dict.fromkeys(rule.segment for rule in self._policy.rules)
        for case in self.cases():
            missing.pop(case.segment, None)
            if not missing:
                break
        return list(missing)

    def _case(self, place: Place, where: Mapping[Measure, Interval | None]) -> Case:
        scores: dict[Measure, int] = {}
        for score, bounds in self._fixed.items():
            interval = where[score if bounds is None else _MEASURE_OF[score]]
            assert interval is not None
            scores[score] = interval.low if bounds is None else _score(score, bounds, interval.low)
        for rule in self._policy.rules:
            if matches(rule, where, scores):
                return Case(place, scores, rule.segment)
        raise AssertionError("the rules of a policy are total")

    def _intervals(self, measure: Measure) -> Sequence[Interval | None]:
        if measure in SCORES:
            return [Interval(value, value) for value in range(1, widths_of(self._policy)[measure] + 1)]
        cuts = {edge for bounds in self._ranges(measure) for edge in _edges(bounds)}
        for score, bounds in self._fixed.items():
            if bounds is not None and _MEASURE_OF[score] == measure:
                cuts |= {bound + 1 if score == "r" else bound for bound in bounds}
        if measure == "recency" and self._policy.window_ms is not None:
            cuts.add(self._policy.window_ms + 1)
        if measure == "frequency":
            cuts.add(1)
        first = 1 if measure == "frequency" and self._policy.window_ms is None else 0
        lows = [first, *sorted(cut for cut in cuts if cut > first)]
        intervals = [Interval(low, high - 1) for low, high in itertools.pairwise([*lows, OPEN])]
        return [*intervals, None] if measure in {"engaged", "average_order_value"} else intervals

    def _ranges(self, measure: Measure) -> Iterator[Range]:
        for rule in self._policy.rules:
            if rule.when and measure in rule.when.ranges:
                yield rule.when.ranges[measure]


def _scores(policy: Policy) -> list[Measure]:
    """Give the scores that some rule asks for."""
    by_cells = any(rule.cells is not None for rule in policy.rules)
    asked = {measure for rule in policy.rules for measure in measures_of(rule)}
    return [score for score in widths_of(policy) if by_cells or score in asked]


def _asked(policy: Policy) -> list[Measure]:
    """Give the dimensions: what the rules ask for, a score with fixed bounds as the measure behind it."""
    asked: dict[Measure, None] = {}
    for score in _scores(policy):
        asked[score if _fixed(policy, score) is None else _MEASURE_OF[score]] = None
    for rule in policy.rules:
        for measure in measures_of(rule):
            if measure not in SCORES:
                asked[measure] = None
    return list(asked)


def _fixed(policy: Policy, score: Measure) -> tuple[int, ...] | None:
    """Give the fixed bounds of a score: the last ages, or the first values of f or m; None if they are quantiles."""
    if score == "r":
        return policy.recency.age_bounds if policy.recency and policy.recency.quantiles is None else None
    scale: Scale | None = policy.frequency if score == "f" else policy.monetary
    return scale.thresholds.values if scale and scale.quantiles is None else None


def _score(score: Measure, bounds: tuple[int, ...], value: int) -> int:
    if score == "r":
        return len(bounds) + 1 - sum(bound < value for bound in bounds)
    return 1 + sum(bound <= value for bound in bounds)


def _edges(bounds: Range) -> Iterator[int]:
    """Give the first values at which the answer of a range is another."""
    if bounds.low is not None:
        yield bounds.low
    if bounds.high is not None:
        yield bounds.high + 1


def _possible(where: Mapping[Measure, Interval | None], window: int | None) -> bool:
    """Tell whether a customer can be there, as far as that is certain."""
    recency, tenure, frequency = where.get("recency"), where.get("tenure"), where.get("frequency")
    if recency and tenure and recency.low > tenure.high:
        return False
    if frequency is None:
        return True
    if frequency.low >= 1:
        return not (window is not None and recency and recency.low > window)
    if frequency.high > 0:
        return True
    monetary = where.get("monetary")
    empty = where.get("average_order_value") is None and (monetary is None or monetary.low == 0)
    return empty and not (window is not None and recency and recency.high <= window)
