"""A rule of a policy and where a customer stands in, whether it matches out; and every cell's segment."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from schemas.policy import Policy, SegmentRule
from schemas.when import Measure, Range

SCORES: Final[tuple[Measure, ...]] = ("r", "f", "m")


class Interval(NamedTuple):
    """Values that no rule tells apart, the first and the last; of a score, one value."""

    low: int
    high: int


def cells(policy: Policy) -> dict[str, str] | None:
    """Give every cell its segment, the lowest first; None if the rules ask for more than scores."""
    widths = widths_of(policy)
    if not widths or any(measure not in widths for rule in policy.rules for measure in measures_of(rule)):
        return None
    placed: dict[str, str] = {}
    for values in itertools.product(*(range(1, width + 1) for width in widths.values())):
        scores = dict(zip(widths, values, strict=True))
        where: dict[Measure, Interval | None] = {}
        rule = next(rule for rule in policy.rules if matches(rule, where, scores))
        placed["".join(map(str, values))] = rule.segment
    return placed


def widths_of(policy: Policy) -> dict[Measure, int]:
    """Give the scores that exist, in the order r, f, m, and how far each goes."""
    widths: dict[Measure, int] = {}
    if policy.recency:
        widths["r"] = len(policy.recency.bounds) + 1
    if policy.frequency:
        widths["f"] = len(policy.frequency.thresholds.values) + 1
    if policy.monetary:
        widths["m"] = len(policy.monetary.thresholds.values) + 1
    return widths


def measures_of(rule: SegmentRule) -> Iterator[Measure]:
    """Name what a rule by measures asks for."""
    if rule.when is not None:
        yield from rule.when.ranges
        if rule.when.never_engaged:
            yield "engaged"


def matches(rule: SegmentRule, where: Mapping[Measure, Interval | None], scores: Mapping[Measure, int]) -> bool:
    """Tell whether a rule matches who has these scores and stands there; None: a measure is undefined."""
    if rule.cells is not None:
        return "".join(str(scores[score]) for score in SCORES if score in scores) in rule.cells
    if rule.when is None:
        return True
    if rule.when.never_engaged and where["engaged"] is not None:
        return False
    return all(_holds(bounds, _value(measure, where, scores)) for measure, bounds in rule.when.ranges.items())


def _value(measure: Measure, where: Mapping[Measure, Interval | None], scores: Mapping[Measure, int]) -> int | None:
    if measure in SCORES:
        return scores[measure]
    interval = where[measure]
    return None if interval is None else interval.low


def _holds(bounds: Range, value: int | None) -> bool:
    if value is None:
        return False
    return (bounds.low is None or bounds.low <= value) and (bounds.high is None or value <= bounds.high)
