"""What counts of a customer at an instant in, her measures, scores and segment out (design: section 6)."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple, assert_never

from agents.decisions.counted import Counts
from schemas.cut_points import CutPoints
from schemas.measures import Measures
from schemas.policy import Measure, Policy, Range, SegmentRule, Thresholds
from schemas.transitions import Due

NO_MEASURES: Final = Measures(None, None, 0, None, 0, None, None, None)


class Change(NamedTuple):
    """Where the rules place a customer from an instant on, nothing else happening."""

    at: int
    segment: str | None


class Judge:
    """Places customers by one policy under one version of cut points; pure, made once for both.

    An age equal to an upper bound still keeps what it earns: it is lost 1 ms later.
    """

    def __init__(self, policy: Policy, cut_points: CutPoints | None = None, *, every: bool = False) -> None:
        """`every`: scores are watched too, so each instant at which one may change is a change."""
        self.policy = policy
        self.version = cut_points.version if cut_points else 0
        self.bounds = _ages(policy, cut_points)
        self.frequency = _thresholds(policy, "frequency", cut_points)
        self.monetary = _thresholds(policy, "monetary", cut_points)
        self._frequency, self._monetary = _searching(self.frequency), _searching(self.monetary)
        self._high = [low != high for low, high in pairwise((*self.bounds, None))]
        self.every = every
        self._scored = policy.recency is not None
        self._no_orders = policy.no_orders
        self._ladders = None if any(rule.when for rule in policy.rules) else self._cells()
        steps = {bound + 1 for bound in self.bounds}
        self._recency_steps = tuple(sorted(steps | _steps(policy, "recency")))
        self._tenure_steps = tuple(sorted(_steps(policy, "tenure")))
        self._engaged_steps = tuple(sorted(_steps(policy, "engaged")))

    def segment(self, of: Counts, at: int) -> str | None:
        """Place a customer; without a counted order she is where the policy says, once she is known."""
        if not of.counted:
            return self._no_orders if of.met else None
        r = len(self.bounds) + 1 - bisect_left(self.bounds, at - of.last)
        if self._ladders is not None:
            return self._ladder(of)[r]
        return self._matching(of, at, (r, *self._scores(of)))

    def change_after(self, of: Counts, at: int, segment: str | None) -> Change | None:
        """Give the next instant from which the rules place her elsewhere, with what counts staying as it is."""
        if not of.counted:
            return None
        if self._ladders is None or self.every:
            return self._next_elsewhere(of, at, segment)
        return self._descend(self._ladder(of), of, bisect_left(self.bounds, at - of.last), segment)

    def stand(self, of: Counts, at: int) -> tuple[str | None, Change | None]:
        """Do both at once: what every order asks for."""
        if not of.counted or self._ladders is None:
            placed = self.segment(of, at)
            return placed, self.change_after(of, at, placed)
        ladder, place = self._ladder(of), bisect_left(self.bounds, at - of.last)
        placed = ladder[len(self.bounds) + 1 - place]
        return placed, self._descend(ladder, of, place, placed)

    def _ladder(self, of: Counts) -> tuple[str, ...]:
        """Give her segments by the score of recency, all else staying as it is."""
        f, m = self._scores(of)
        assert self._ladders is not None, "only cells are laid out"
        return self._ladders[f * 10 + m]

    def _descend(self, ladder: tuple[str, ...], of: Counts, place: int, segment: str | None) -> Change | None:
        """Find the first rung below a place at which she stands elsewhere; rungs of no height are passed over."""
        for rung in range(place, len(ladder) - 2):
            below = ladder[len(ladder) - 2 - rung]
            if below != segment and self._high[rung]:
                return Change(of.last + self.bounds[rung] + 1, below)
        return None

    def measure(self, of: Counts, at: int) -> Measures:
        """Measure a customer at an instant; what is undefined is None."""
        if not of.counted:
            return NO_MEASURES
        monetary = max(0, of.monetary)
        age = at - of.last
        f, m = self._scores(of)
        return Measures(
            monetary // of.known if of.known else None,
            f or None,
            of.frequency,
            m or None,
            monetary,
            len(self.bounds) + 1 - bisect_left(self.bounds, age) if self._scored else None,
            age,
            at - of.first,
        )

    def falls_due(self, of: Counts, at: int, *, left: bool) -> Due | None:
        """Name what falls due at an instant; `left`: something leaves the window then."""
        if of.counted and at - of.last in self._recency_steps:
            return "recency"
        if left:
            return "window"
        if of.counted and at - of.first in self._tenure_steps:
            return "tenure"
        return "engaged" if of.engaged and at - of.engaged in self._engaged_steps else None

    def _scores(self, of: Counts) -> tuple[int, int]:
        """Score frequency and monetary; 0 stands for a score that the policy has not."""
        f, search_f, values_f = self._frequency
        m, search_m, values_m = self._monetary
        monetary = of.monetary
        return f + search_f(values_f, of.frequency), m + search_m(values_m, monetary if monetary > 0 else 0)

    def _next_elsewhere(self, of: Counts, at: int, segment: str | None) -> Change | None:
        for instant in self._breakpoints(of, at):
            placed = self.segment(of, instant)
            if placed != segment or self.every:
                return Change(instant, placed)
        return None

    def _breakpoints(self, of: Counts, at: int) -> list[int]:
        """Give every later instant at which an age passes a bound."""
        since = [(of.last, self._recency_steps), (of.first, self._tenure_steps)]
        since += [(of.engaged, self._engaged_steps)] if of.engaged else []
        return sorted({start + step for start, steps in since for step in steps[bisect_right(steps, at - start) :]})

    def _matching(self, of: Counts, at: int, scores: tuple[int, int, int]) -> str:
        cell = self._cell(scores)
        for rule in self.policy.rules:
            if rule.cells is not None:
                matches = cell in rule.cells
            else:
                matches = rule.when is None or _holds(rule, of, at, scores)
            if matches:
                return rule.segment
        raise AssertionError(f"the rules of {self.policy.id} are total")

    def _cell(self, scores: tuple[int, int, int]) -> str:
        scales = (self.policy.recency, self.policy.frequency, self.policy.monetary)
        return "".join(str(score) for score, scale in zip(scores, scales, strict=True) if scale)

    def _cells(self) -> list[tuple[str, ...]]:
        """Lay the cells out by the scores of frequency and monetary: ladders of segments by that of recency."""
        by_cell = {cell: rule.segment for rule in reversed(self.policy.rules) for cell in rule.cells or ()}
        rest = next((rule.segment for rule in self.policy.rules if rule.cells is None), "")
        digits = range(10)
        rungs = range(1, len(self.bounds) + 2)
        return [("", *(by_cell.get(self._cell((r, f, m)), rest) for r in rungs)) for f in digits for m in digits]


def scores(measures: Measures) -> tuple[int | None, int | None, int | None]:
    """Give the scores among the measures."""
    return measures.r, measures.f, measures.m


def _holds(rule: SegmentRule, of: Counts, at: int, scored: tuple[int, int, int]) -> bool:
    """Check all conditions of a rule by measures."""
    assert rule.when is not None
    if rule.when.never_engaged and of.engaged:
        return False
    return all(_within(measure, bound, of, at, scored) for measure, bound in rule.when.ranges.items())


def _within(measure: Measure, bound: Range, of: Counts, at: int, scored: tuple[int, int, int]) -> bool:
    monetary = max(0, of.monetary)
    match measure:
        case "recency":
            value = at - of.last
        case "tenure":
            value = at - of.first
        case "engaged":
            if not of.engaged:
                return False
            value = at - of.engaged
        case "frequency":
            value = of.frequency
        case "monetary":
            value = monetary
        case "average_order_value":  # in whole numbers: a bound is compared with the sum, not the quotient
            low, high = bound.low, bound.high
            held = (low is None or monetary >= low * of.known) and (high is None or monetary <= high * of.known)
            return of.known > 0 and held
        case "r":
            value = scored[0]
        case "f":
            value = scored[1]
        case "m":
            value = scored[2]
        case _:
            assert_never(measure)
    return (bound.low is None or bound.low <= value) and (bound.high is None or value <= bound.high)


def _searching(thresholds: Thresholds | None) -> tuple[int, Callable[[Sequence[int], int], int], tuple[int, ...]]:
    """Spell how a score is won for the hot path: the lowest score, and how to find its place among the values."""
    if thresholds is None:
        return 0, bisect_left, ()
    return 1, bisect_right if thresholds.at_least else bisect_left, thresholds.values


def _steps(policy: Policy, measure: Measure) -> set[int]:
    """Give the ages at which a rule's answer to a measure may change: the bound of a minimum, past that of a maximum."""
    ranges = [rule.when.ranges[measure] for rule in policy.rules if rule.when and measure in rule.when.ranges]
    lows = {bound.low for bound in ranges if bound.low is not None}
    return lows | {bound.high + 1 for bound in ranges if bound.high is not None}


def _ages(policy: Policy, cut_points: CutPoints | None) -> tuple[int, ...]:
    if policy.recency is None:
        return ()
    if cut_points is None or cut_points.recency is None:
        return policy.recency.age_bounds
    return policy.recency.in_milliseconds(cut_points.recency)


def _thresholds(policy: Policy, score: str, cut_points: CutPoints | None) -> Thresholds | None:
    scale = policy.frequency if score == "frequency" else policy.monetary
    values = None if cut_points is None else cut_points.frequency if score == "frequency" else cut_points.monetary
    if scale is None or values is None:
        return scale.thresholds if scale else None
    return Thresholds(values, at_least=False)
