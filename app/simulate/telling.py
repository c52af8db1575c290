"""A result in, its summary for people out."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from app.demo.report import matrix
from app.demo.style import Style
from app.demo.summary import Summary, Way
from app.simulate.comparing import Comparison
from app.simulate.pricing_telling import compared_costs_told, pricing_told
from app.simulate.program import Result
from app.simulate.side import Side
from app.simulate.tally import by_rank

BAR: Final = 40
NONE: Final = "(none)"
SHOWN: Final = 10
"""Customers, and pairs of segments, that a comparison names on the terminal; compare.json has them all."""


def telling(result: Result, style: Style) -> Iterator[str]:
    """Write it, line by line."""
    events = result.summary["events"]
    policy, rejected = result.side.policy, result.counts.rejected.total()
    yield style.heading(f"{policy.id} {policy.version} as of {result.summary['as_of_time']}")
    yield f"  {events['read']:,} events read, {events['duplicates']:,} duplicates, {rejected:,} rejected"
    yield from (f"    {line}" for line in result.counts.told())
    if result.side.policy.has_quantiles:
        versions = result.summary["cut_points"]
        yield f"  {versions['versions']:,} versions of cut points, {versions['in_force']} in force"
    yield from ("", *_standing(result.side, style))
    yield from matrix(_summary(result.side), _labels(result.side), style)
    yield from ("", *_causes(result.side, style))
    if result.side.pricing is not None:
        yield from ("", *pricing_told(result.side.pricing, style))
    if result.comparison is not None:
        yield from ("", *_compared(result.comparison, style))


def _standing(side: Side, style: Style) -> Iterator[str]:
    rows = [(label, side.tally.customers[segment]) for segment, label in _labels(side).items()]
    rows.append((NONE, side.tally.customers[None]))
    everyone, most = sum(count for _, count in rows), max(count for _, count in rows)
    widest = max(len(label) for label, _ in rows)
    yield style.heading(f"Where {everyone:,} customers stand")
    for label, count in rows:
        bar = style.bar * round(BAR * count / (most or 1))
        yield f"  {label:<{widest}} {count:>9,} {count / (everyone or 1):>4.0%} {bar}".rstrip()


def _causes(side: Side, style: Style) -> Iterator[str]:
    told = side.tally.moves()
    yield style.heading("What moved them")
    for cause, count in sorted(told["causes"].items(), key=lambda item: -item[1]):
        yield f"  {cause:<13} {count:>9,}"
    if told["silent"]:
        yield f"  {told['silent']:,} moves are silent"
    brinks = told["brinks"]
    if brinks["announced"]:
        yield f"  {brinks['announced']:,} moves down announced before, {brinks['cleared']:,} of them cleared"


def _compared(comparison: Comparison, style: Style) -> Iterator[str]:
    one, other = comparison.one, comparison.other
    yield style.heading(f"Against {other.policy.id} {other.policy.version}")
    here, there = one.tally.standings(), other.tally.standings()
    names = [*here, *(name for name in there if name not in here)]
    names.sort(key=lambda name: name == "")
    widest = max(len(name or NONE) for name in names)
    for name in names:
        counts = [f"{counts[name]:,}" if name in counts else style.nothing for counts in (here, there)]
        yield f"  {name or NONE:<{widest}} {counts[0]:>9} {counts[1]:>9}"
    for side in (one, other):
        yield f"  {side.policy.id}: {side.flaps.moves:,} moves, {side.flaps.rate:.1%} of them flaps"
    yield from compared_costs_told(comparison.costs, one.policy.currency, style)
    moved = Counter({pair: count for pair, count in comparison.standing.items() if pair[0] != pair[1]})
    yield f"  {moved.total():,} of {comparison.standing.total():,} customers stand elsewhere"
    yield from (
        f"    {here or NONE} -> {there or NONE}: {count:,}" for (here, there), count in moved.most_common(SHOWN)
    )
    for customer in comparison.affected[:SHOWN]:
        yield f"    {customer.customer_id}: {customer.segment or NONE} -> {customer.other or NONE}"


def _labels(side: Side) -> dict[str, str]:
    return {segment.id: segment.label for segment in by_rank(side.policy)}


def _summary(side: Side) -> Summary:
    """Give the moves as the demo's summary has them."""
    ways = Counter({Way(*way): count for way, count in side.tally.ways.items()})
    directions = {way: side.tally.direction(way) for way in ways}
    return Summary(side.tally.customers, ways, directions, side.tally.causes)
