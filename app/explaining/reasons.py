"""What counts of a customer and the judge of it in; which bounds made her scores, which rule made her segment, out."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from agents.decisions.judging import Judge
from schemas.customer_row import Counted
from schemas.cut_points import CutPoints
from schemas.instants import DAY_MS
from schemas.measures import Measures
from schemas.policy import Policy
from schemas.scales import RecencyScale, Scale, Thresholds
from schemas.when import Measure

Way = Literal["cells", "when", "otherwise", "no_orders"]


class ScoreReason(NamedTuple):
    """Between which bounds a measure lies; ages in ms, money in minor units, None: there is no bound on that side."""

    score: Measure
    measure: Measure
    value: int
    """As it is compared: with whole days the floored age."""
    given: int
    of: int
    passed: int | None
    """The last bound that it is past; of ages the younger one."""
    ahead: int | None
    """The first bound that it is not past."""
    at_least: bool
    """Whether reaching a bound is passing it."""
    frozen: bool
    """Whether the bounds are quantiles: cut points in force, or what the policy calls initial."""
    whole_days: bool


class Condition(NamedTuple):
    """One condition of a rule by measures, which holds; `value` None and no bounds: she never engaged."""

    measure: Measure
    value: int | None
    low: int | None
    high: int | None


class RuleReason(NamedTuple):
    """The rule that matches."""

    way: Way
    segment: str
    cell: str = ""
    cells: tuple[str, ...] = ()
    """All cells of the segment, the highest first."""
    conditions: tuple[Condition, ...] = ()
    before: tuple[str, ...] = ()
    """Segments whose rules were asked first and do not match."""


def score_reasons(measures: Measures, policy: Policy, version: CutPoints | None) -> list[ScoreReason]:
    """Say of each score that she has what separated it from the next ones."""
    found: list[ScoreReason] = []
    if policy.recency is not None and measures.r is not None and measures.recency_ms is not None:
        found.append(_of_recency(policy.recency, measures.r, measures.recency_ms, version))
    of_frequency = version.frequency if version else None
    if policy.frequency is not None and measures.f is not None:
        found.append(_scored(("f", "frequency"), measures.frequency, measures.f, policy.frequency, of_frequency))
    of_monetary = version.monetary if version else None
    if policy.monetary is not None and measures.m is not None:
        found.append(_scored(("m", "monetary"), measures.monetary_minor, measures.m, policy.monetary, of_monetary))
    return found


def rule_reason(of: Counted, at: int, judge: Judge, measures: Measures) -> RuleReason | None:
    """Say which rule places her; None: she has no segment."""
    policy, placed = judge.policy, judge.segment(of, at)
    if placed is None:
        return None
    if not of.counted:
        return RuleReason("no_orders", placed)
    number, rule = next(item for item in enumerate(policy.rules) if item[1].segment == placed)
    before = tuple(earlier.segment for earlier in policy.rules[:number])
    if rule.cells is not None:
        cell = "".join(str(score) for score in (measures.r, measures.f, measures.m) if score is not None)
        return RuleReason("cells", placed, cell, tuple(sorted(rule.cells, reverse=True)), before=before)
    if rule.when is None:
        return RuleReason("otherwise", placed, before=before)
    ranges = rule.when.ranges
    found = [Condition(name, _value(name, of, at, measures), ranges[name].low, ranges[name].high) for name in ranges]
    if rule.when.never_engaged:
        found.append(Condition("engaged", None, None, None))
    return RuleReason("when", placed, conditions=tuple(found), before=before)


def _of_recency(scale: RecencyScale, given: int, age: int, version: CutPoints | None) -> ScoreReason:
    bounds = version.recency if version and version.recency is not None else scale.bounds
    days = scale.whole_days
    value = age // DAY_MS * DAY_MS if days else age
    past = [bound for bound in bounds if scale.in_milliseconds((bound,))[0] < age]
    ahead = [bound for bound in bounds if scale.in_milliseconds((bound,))[0] >= age]
    frozen = scale.quantiles is not None
    return ScoreReason(
        "r", "recency", value, given, len(bounds) + 1, _last(past), _first(ahead), False, frozen, days
    )  # fmt: skip  # names would fill a screen


def _scored(
    names: tuple[Measure, Measure], value: int, given: int, scale: Scale, cut_points: tuple[int, ...] | None
) -> ScoreReason:
    bounds = scale.thresholds if cut_points is None else Thresholds(cut_points, at_least=False)
    past, ahead = bounds.values[: given - 1], bounds.values[given - 1 :]
    return ScoreReason(
        *names,
        value=value,
        given=given,
        of=len(bounds.values) + 1,
        passed=_last(past),
        ahead=_first(ahead),
        at_least=bounds.at_least,
        frozen=scale.quantiles is not None,
        whole_days=False,
    )


def _last(bounds: Sequence[int]) -> int | None:
    return bounds[-1] if bounds else None


def _first(bounds: Sequence[int]) -> int | None:
    return bounds[0] if bounds else None


def _value(measure: Measure, of: Counted, at: int, measures: Measures) -> int | None:
    """Give what a condition looks at."""
    match measure:
        case "recency":
            return measures.recency_ms
        case "tenure":
            return measures.tenure_ms
        case "engaged":
            return at - of.engaged if of.engaged else None
        case "frequency":
            return measures.frequency
        case "monetary":
            return measures.monetary_minor
        case "average_order_value":
            return measures.average_order_minor
        case "r" | "f" | "m":
            return getattr(measures, measure)  # type: ignore[no-any-return]


def version_in_force(versions: Sequence[CutPoints], number: int) -> CutPoints | None:
    """Find the version that a judge goes by; None for 0, the initial values."""
    return next((version for version in versions if version.version == number), None)


def in_force(versions: Sequence[CutPoints], at: int) -> Iterator[CutPoints]:
    """Give the versions that are in force at an instant or were before it."""
    return (version for version in versions if version.effective_at <= at)
