"""A policy in; what is proven of it, what time alone does to its customers, and what is odd about it out."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from app.policies.decay import Path, decay
from app.policies.linting_journeys import journey_warnings
from app.policies.linting_rewards import reward_warnings
from schemas.durations import write_duration
from schemas.policy import Policy, Refresh
from schemas.policy_file import mistake_line, parse_document, parse_policy, read_tree
from schemas.rule_matching import SCORES, cells
from schemas.scales import Scale
from schemas.segment_space import Case, Place, Space
from schemas.when import Measure

_BETTER: Final[Mapping[Measure, int]] = {"recency": -1, "frequency": 1, "monetary": 1, "r": 1, "f": 1, "m": 1}
"""Which way along a dimension a score rises."""


class Lint(NamedTuple):
    """What there is to know of a policy that is in order: total, disjoint, its money and its names checked."""

    policy: str
    segments: int
    cells: int | None
    """None: the rules ask for more than scores."""
    kinds_of_customers: int
    """So many the rules tell apart."""
    reachable: bool
    """False: there are too many kinds of customers to look through; else a segment without any is a mistake."""
    decay: list[Path]
    notes: list[str]
    warnings: list[str]


def lint(text: str, origin: str) -> Lint:
    """Look through the text of a policy, which `origin` names; PolicyError where it cannot be read without mistakes."""
    policy, document, tree = parse_policy(text, origin), parse_document(text, origin), read_tree(text, origin)
    odd = [*reward_warnings(document, policy), *journey_warnings(policy)]
    placed = [mistake_line(origin, tree, place, message) for place, message in odd]
    space, by_score = Space(policy), cells(policy)
    cases = {case.place: case for case in space.cases()}
    return Lint(
        policy=policy.id,
        segments=len(policy.segments),
        cells=len(by_score) if by_score is not None else None,
        kinds_of_customers=len(cases),
        reachable=not space.too_large,
        decay=decay(space, cases),
        notes=list(_notes(policy)),
        warnings=[*_warnings(policy, space, cases), *placed],
    )


def _notes(policy: Policy) -> Iterator[str]:
    if policy.window_ms is not None:
        yield "orders that leave the window lower frequency and monetary too, whatever their age in the paths"
    if policy.dwell.down_ms:
        yield f"a move down waits until {write_duration(policy.dwell.down_ms)} after the move before"


def _warnings(policy: Policy, space: Space, cases: Mapping[Place, Case]) -> Iterator[str]:
    if space.too_large:
        yield "too many kinds of customers: whether every segment can be reached was not looked through"
    yield from dict.fromkeys(_inversions(policy, space, cases))
    for score, scale, lowest in (
        ("f", policy.frequency, 1 if policy.window_ms is None else 0),
        ("m", policy.monetary, 0),
    ):
        if scale and _passed_by_all(scale, lowest):
            yield f"score {score} is never 1: everyone reaches its first threshold"
    if not policy.has_quantiles and policy.refresh != Refresh():
        yield "cut_points does nothing: no score has quantiles"


def _passed_by_all(scale: Scale, lowest: int) -> bool:
    return scale.thresholds.at_least and scale.quantiles is None and scale.thresholds.values[0] <= lowest


def _inversions(policy: Policy, space: Space, cases: Mapping[Place, Case]) -> Iterator[str]:
    """Tell each single step up of a score that lowers the rank, the lowest cell first."""
    for case in sorted(cases.values(), key=lambda case: case.cell):
        for above in _one_score_up(case, space, cases):
            (score,) = (score for score in SCORES if case.scores.get(score) != above.scores.get(score))
            before, after = policy.segment(case.segment), policy.segment(above.segment)
            if after.rank > before.rank:
                step = f"{case.cell} {before.id} ({before.rank}) -> {above.cell} {after.id} ({after.rank})"
                yield f"a higher {score} lowers the rank: {step}"


def _one_score_up(case: Case, space: Space, cases: Mapping[Place, Case]) -> Iterator[Case]:
    for index, (measure, intervals) in enumerate(space.dimensions.items()):
        if measure not in _BETTER or case.place[index] is None:
            continue
        there = intervals.index(case.place[index]) + _BETTER[measure]
        if 0 <= there < len(intervals):
            above = cases.get((*case.place[:index], intervals[there], *case.place[index + 1 :]))
            if above is not None and above.scores != case.scores:
                yield above
