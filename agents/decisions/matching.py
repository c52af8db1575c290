"""A rule by measures and what counts of a customer in, whether it holds out; and the ages at which that may change."""

from schemas.customer_row import Counted
from schemas.policy import Policy
from schemas.when import Measure, Range, When

Scored = tuple[int, int, int]
"""The scores r, f, m."""


def holds(when: When, of: Counted, at: int, scored: Scored) -> bool:
    """Check all conditions of a rule at an instant; a bound on what is undefined does not hold."""
    if when.never_engaged and of.engaged:
        return False
    return all(
        _average_within(bound, of)
        if measure == "average_order_value"
        else _within(bound, _value(measure, of, at, scored))
        for measure, bound in when.ranges.items()
    )


def turning_ages(policy: Policy, measure: Measure) -> set[int]:
    """Give the ages at which a rule's answer may change: the bound of a minimum, past that of a maximum."""
    ranges = [rule.when.ranges[measure] for rule in policy.rules if rule.when and measure in rule.when.ranges]
    lows = {bound.low for bound in ranges if bound.low is not None}
    return lows | {bound.high + 1 for bound in ranges if bound.high is not None}


def _value(measure: Measure, of: Counted, at: int, scored: Scored) -> int | None:
    match measure:
        case "recency":
            return at - of.last
        case "tenure":
            return at - of.first
        case "engaged":
            return at - of.engaged if of.engaged else None
        case "frequency":
            return of.frequency
        case "monetary" | "average_order_value":
            return max(0, of.monetary)
        case "r" | "f" | "m":
            return scored["rfm".index(measure)]


def _within(bound: Range, value: int | None) -> bool:
    return (
        value is not None and (bound.low is None or bound.low <= value) and (bound.high is None or value <= bound.high)
    )


def _average_within(bound: Range, of: Counted) -> bool:
    """In whole numbers: a bound on the average is compared with the sum, for nobody divides."""
    monetary = max(0, of.monetary)
    above = bound.low is None or monetary >= bound.low * of.known
    return of.known > 0 and above and (bound.high is None or monetary <= bound.high * of.known)
