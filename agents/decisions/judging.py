"""What counts of a customer at an instant in, her measures, scores and segment out (design: section 6)."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import product
from typing import Final, NamedTuple

from agents.decisions.matching import holds, turning_ages
from schemas.customer_row import Counted
from schemas.cut_points import CutPoints
from schemas.measures import Measures
from schemas.policy import Policy
from schemas.scales import Thresholds, below
from schemas.transitions import Due
from schemas.when import When

NO_MEASURES: Final = Measures(None, None, 0, None, 0, None, None, None)


class Change(NamedTuple):
    """Where the rules place a customer from an instant on, nothing else happening."""

    at: int
    segment: str | None


Rung = tuple[str, int, str | None]
"""A segment, and the age at which time leads to another; 0 and None = never."""


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
        self.every = every
        self._scored = policy.recency is not None
        self._celled = any(rule.cells for rule in policy.rules)
        self._no_orders = policy.no_orders
        self._rungs = None if every or any(rule.when for rule in policy.rules) else self._lay_out()
        steps = {bound + 1 for bound in self.bounds}
        self._recency_steps = tuple(sorted(steps | turning_ages(policy, "recency")))
        self._tenure_steps = tuple(sorted(turning_ages(policy, "tenure")))
        self._engaged_steps = tuple(sorted(turning_ages(policy, "engaged")))

    def segment(self, of: Counted, at: int) -> str | None:
        """Place a customer; without a counted order she is where the policy says, once she is known."""
        if self._rungs is None and of.counted:
            return self._matching(of, at)
        return self.stand(of, at)[0]

    def change_after(self, of: Counted, at: int) -> Change | None:
        """Give the next instant from which the rules place her elsewhere, with what counts staying as it is."""
        _, due, to = self.stand(of, at)
        return Change(due, to) if due else None

    def stand(self, of: Counted, at: int) -> tuple[str | None, int, str | None]:
        """Place a customer; and say when, with what counts staying as it is, the rules place her elsewhere, and where.

        0 and None: never.
        """
        if not of.counted:
            return (self._no_orders if of.met else None), 0, None
        if self._rungs is None:
            return self._stand_by_rules(of, at)
        f, m = self._scores(of)
        segment, age, to = self._rungs[f * 10 + m][below(self.bounds, at - of.last)]
        return segment, of.last + age if age else 0, to

    def _stand_by_rules(self, of: Counted, at: int) -> tuple[str | None, int, str | None]:
        segment = self._matching(of, at)
        for instant in self._breakpoints(of, at):
            placed = self._matching(of, instant)
            if placed != segment or self.every:
                return segment, instant, placed
        return segment, 0, None

    def measure(self, of: Counted, at: int) -> Measures:
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
            len(self.bounds) + 1 - below(self.bounds, age) if self._scored else None,
            age,
            at - of.first,
        )

    def fits(self, when: When, of: Counted, at: int) -> bool:
        """Tell whether conditions hold at an instant; without a counted order only those on engagement can."""
        if not of.counted and not when.ranges.keys() <= {"engaged"}:
            return False
        recency = len(self.bounds) + 1 - below(self.bounds, at - of.last)
        return holds(when, of, at, (recency, *self._scores(of)))

    def falls_due(self, of: Counted, at: int, *, left: bool) -> Due | None:
        """Name what falls due at an instant; `left`: something leaves the window then."""
        if of.counted and at - of.last in self._recency_steps:
            return "recency"
        if left:
            return "window"
        if of.counted and at - of.first in self._tenure_steps:
            return "tenure"
        return "engaged" if of.engaged and at - of.engaged in self._engaged_steps else None

    def _scores(self, of: Counted) -> tuple[int, int]:
        """Score frequency and monetary; 0 stands for a score that the policy has not."""
        frequency, monetary = self.frequency, self.monetary
        f = frequency.score(of.frequency) if frequency is not None else 0
        return f, monetary.score(max(0, of.monetary)) if monetary is not None else 0

    def _breakpoints(self, of: Counted, at: int) -> list[int]:
        """Give every later instant at which an age passes a bound."""
        since = [(of.last, self._recency_steps), (of.first, self._tenure_steps)]
        since += [(of.engaged, self._engaged_steps)] if of.engaged else []
        return sorted({start + step for start, steps in since for step in steps[bisect_right(steps, at - start) :]})

    def _matching(self, of: Counted, at: int) -> str:
        scored = (len(self.bounds) + 1 - below(self.bounds, at - of.last), *self._scores(of))
        cell = self._cell(scored) if self._celled else ""
        for rule in self.policy.rules:
            if rule.cells is not None:
                matches = cell in rule.cells
            else:
                matches = rule.when is None or holds(rule.when, of, at, scored)
            if matches:
                return rule.segment
        raise AssertionError(f"the rules of {self.policy.id} are total")

    def _cell(self, scores: tuple[int, int, int]) -> str:
        scales = (self.policy.recency, self.policy.frequency, self.policy.monetary)
        return "".join(str(score) for score, scale in zip(scores, scales, strict=True) if scale)

    def _lay_out(self) -> list[list[Rung]]:
        """Lay the cells out by the scores of frequency and monetary: ladders, down which time leads."""
        by_cell = {cell: rule.segment for rule in reversed(self.policy.rules) for cell in rule.cells or ()}
        rest = next((rule.segment for rule in self.policy.rules if rule.cells is None), "")
        top, rungs = len(self.bounds) + 1, [list[Rung]()] * 100
        for f, m in product(_digits(self.frequency), _digits(self.monetary)):
            segments = [by_cell.get(self._cell((r, f, m)), rest) for r in range(top, 0, -1)]
            rungs[f * 10 + m] = _ladder(segments, self.bounds)
        return rungs


def _digits(thresholds: Thresholds | None) -> range:
    """Give the scores there are; 0 stands for a score that the policy has not."""
    return range(1, len(thresholds.values) + 2) if thresholds else range(1)


def _ladder(segments: Sequence[str], bounds: Sequence[int]) -> list[Rung]:
    """Say of every rung (the best first) at which age she stands elsewhere; rungs of no height are passed over."""
    rungs: list[Rung] = []
    for place, segment in enumerate(segments):
        steps = range(place, len(bounds))
        high = (n for n in steps if n + 1 == len(bounds) or bounds[n] != bounds[n + 1])
        below = next((n for n in high if segments[n + 1] != segment), None)
        rungs.append((segment, bounds[below] + 1, segments[below + 1]) if below is not None else (segment, 0, None))
    return rungs


def scores(measures: Measures) -> tuple[int | None, int | None, int | None]:
    """Give the scores among the measures."""
    return measures.r, measures.f, measures.m


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
