"""Random policies, each as the decisions read it and as the oracle does: windows, stays, rules, announcements."""

import itertools
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from schemas.cut_points import CutPoints
from schemas.policy import Dwell, Policy, Refresh, Segment, SegmentRule
from schemas.scales import Quantiles, RecencyScale, Scale, Thresholds
from schemas.when import Measure, Range, When
from tests import oracle
from tests.builders import DAY, T0

NAMES = ("gold", "silver", "bronze", "tin")
PROSPECTS = "prospects"
AGES = st.sampled_from([0, 1, DAY, 7 * DAY, 30 * DAY, 60 * DAY, 90 * DAY, 91 * DAY, 150 * DAY])
SUMS = st.sampled_from([0, 1, 4_000, 10_000, 30_000, 50_000])
COUNTS = st.integers(1, 4)
STAYS = st.sampled_from([0, 0, 1, DAY, 30 * DAY, 45 * DAY, 100 * DAY])
BOUNDED: dict[Measure, st.SearchStrategy[int]] = {
    "recency": AGES,
    "tenure": AGES,
    "engaged": AGES,
    "frequency": COUNTS,
    "monetary": SUMS,
    "average_order_value": SUMS,
    "r": st.integers(1, 3),
    "f": st.integers(1, 3),
    "m": st.integers(1, 3),
}


@dataclass(frozen=True)
class Both:
    """One policy in both spellings, and a history of cut points."""

    ours: Policy
    theirs: oracle.Policy
    cut_points: tuple[CutPoints, ...] = ()

    @property
    def told(self) -> list[oracle.CutPoints]:
        """Cut points as the oracle takes them."""
        return [
            oracle.CutPoints(
                version=one.version,
                frozen_at=one.frozen_at,
                effective_at=one.effective_at,
                recency=one.recency,
                frequency=one.frequency,
                monetary=one.monetary,
            )
            for one in self.cut_points
        ]


def ascending(values: st.SearchStrategy[int], most: int = 2) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(values, min_size=1, max_size=most, unique=True).map(lambda some: tuple(sorted(some)))


@st.composite
def policies(draw: st.DrawFn, *, drifting: bool = False) -> Both:
    """Any policy; `drifting`: scores by quantiles, with new cut points now and then."""
    days = draw(st.booleans())
    recency = draw(ascending(AGES)) if draw(st.integers(0, 4)) else None
    frequency = _scale(draw, COUNTS, drifting=drifting)
    monetary = _scale(draw, SUMS, drifting=drifting)
    by_cells = draw(st.booleans()) and any((recency, frequency, monetary))
    sizes = [len(recency) + 1 if recency else 0, *(len(s.values) + 1 if s else 0 for s in (frequency, monetary))]
    rules = _cells(draw, sizes) if by_cells else _rules(draw, sizes)
    return _both(draw, _Scales(recency, days, frequency, monetary, drifting=drifting), rules)


@dataclass(frozen=True)
class _Scales:
    recency: tuple[int, ...] | None
    days: bool
    frequency: Thresholds | None
    monetary: Thresholds | None
    drifting: bool


def _scale(draw: st.DrawFn, values: st.SearchStrategy[int], *, drifting: bool) -> Thresholds | None:
    if not draw(st.integers(0, 4)):
        return None
    return Thresholds(draw(ascending(values)), at_least=not drifting and draw(st.booleans()))


def _cells(draw: st.DrawFn, sizes: list[int]) -> tuple[SegmentRule, ...]:
    digits = [[str(d) for d in range(1, size + 1)] for size in sizes if size]
    placed = [("".join(cell), draw(st.sampled_from(NAMES))) for cell in itertools.product(*digits)]
    return tuple(
        SegmentRule(name, frozenset(cell for cell, segment in placed if segment == name))
        for name in NAMES
        if any(segment == name for _, segment in placed)
    )


def _rules(draw: st.DrawFn, sizes: list[int]) -> tuple[SegmentRule, ...]:
    scored = dict(zip("rfm", sizes, strict=True))
    known = [measure for measure in BOUNDED if scored.get(measure, 1)]
    rules = []
    for name in draw(st.permutations(NAMES))[: draw(st.integers(1, 3))]:
        asked = draw(st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True))
        ranges = {measure: _range(draw, BOUNDED[measure]) for measure in asked}
        never = "engaged" not in ranges and not draw(st.integers(0, 5))
        rules.append(SegmentRule(name, when=When(ranges, never_engaged=never)))
    return (*rules, SegmentRule(NAMES[-1] if NAMES[-1] not in {rule.segment for rule in rules} else "rest"))


def _range(draw: st.DrawFn, values: st.SearchStrategy[int]) -> Range:
    low, high = sorted((draw(values), draw(values)))
    return draw(st.sampled_from([Range(low, high), Range(low), Range(None, high)]))


def _both(draw: st.DrawFn, scales: _Scales, rules: tuple[SegmentRule, ...]) -> Both:
    no_orders = draw(st.sampled_from([None, None, PROSPECTS]))
    names = list(dict.fromkeys([*(rule.segment for rule in rules), *([no_orders] if no_orders else [])]))
    ranks = {name: draw(st.integers(1, 3)) for name in names}
    window, up, down = draw(st.sampled_from([None, 0, 30 * DAY, 90 * DAY, 200 * DAY])), draw(STAYS), draw(STAYS)
    brink = tuple(sorted(draw(st.sets(st.sampled_from([1, DAY, 14 * DAY, 40 * DAY]), max_size=2)), reverse=True))
    silent = draw(st.sampled_from([None, None, None, T0 + 100 * DAY]))
    drift_silent = draw(st.booleans())
    kinds, quantiles = ("review_posted", "site_visited"), Quantiles((Fraction(1, 2),))
    fixed = not scales.drifting
    ours = Policy(
        id="any",
        version=1,
        fingerprint="",
        currency="GBP",
        segments=tuple(Segment(name, name, ranks[name]) for name in names),
        rules=rules,
        window_ms=window,
        recency=RecencyScale(scales.recency, None if fixed else quantiles, scales.days) if scales.recency else None,
        frequency=Scale(scales.frequency) if scales.frequency else None,
        monetary=Scale(scales.monetary) if scales.monetary else None,
        refresh=Refresh(silent=drift_silent),
        no_orders=no_orders,
        dwell=Dwell(up, down),
        brink_ms=brink,
        horizon_ms=3650 * DAY,
        silent_until=silent,
        engagement=frozenset(kinds),
        dedup_ms=3650 * DAY,
    )
    theirs = oracle.Policy(
        id="any",
        version=1,
        currency="GBP",
        rules=tuple(_theirs(rule) for rule in rules),
        within_ms=scales.recency,
        whole_days=scales.days,
        frequency=_their_scale(scales.frequency),
        monetary_minor=_their_scale(scales.monetary),
        ranks=ranks,
        no_orders=no_orders,
        window_ms=window,
        dwell_up_ms=up,
        dwell_down_ms=down,
        brink_ms=brink,
        silent_until=silent,
        drift_silent=drift_silent,
        engagement_kinds=kinds,
    )
    return Both(ours, theirs, _cut_points(draw, scales) if scales.drifting else ())


def _cut_points(draw: st.DrawFn, scales: _Scales) -> tuple[CutPoints, ...]:
    """As many as time allows; a score keeps its number of cut points."""
    found, at = [], T0
    for version in range(1, draw(st.integers(1, 5)) + 1):
        at += draw(st.sampled_from([1, DAY, 30 * DAY, 90 * DAY]))
        new = (
            sorted(draw(values) for _ in old) if old is not None else None
            for old, values in (
                (scales.recency, AGES),
                (scales.frequency.values if scales.frequency else None, COUNTS),
                (scales.monetary.values if scales.monetary else None, SUMS),
            )
        )
        found.append(CutPoints(version, at - 1, at, *(tuple(values) if values is not None else None for values in new)))
    return tuple(found)


def _theirs(rule: SegmentRule) -> oracle.Rule:
    if rule.when is None:
        return oracle.Rule(rule.segment, tuple(sorted(rule.cells)) if rule.cells is not None else None)
    ranges = {str(measure): (bound.low, bound.high) for measure, bound in rule.when.ranges.items()}
    return oracle.Rule(rule.segment, when=oracle.When(**ranges, engaged_never=rule.when.never_engaged))


def _their_scale(scale: Thresholds | None) -> oracle.Thresholds | None:
    if scale is None:
        return None
    return oracle.at_least(*scale.values) if scale.at_least else oracle.cuts(*scale.values)
