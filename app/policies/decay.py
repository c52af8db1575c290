"""The kinds of customers of a policy in, the ways that time alone takes them out."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from schemas.rule_matching import SCORES
from schemas.segment_space import AGING, Case, Place, Space
from schemas.when import Measure

Cases = Mapping[Place, Case]


class Step(NamedTuple):
    """A segment on the way, and what takes her there: an age in ms reached, or r fallen; nothing for the first one."""

    segment: str
    measure: Measure | None = None
    value: int | None = None


class Path(NamedTuple):
    """One way down, and who goes it: the scores that do not age, or nobody in particular."""

    steps: tuple[Step, ...]
    who: tuple[str, ...]


def decay(space: Space, cases: Cases) -> list[Path]:
    """Give every way that differs from the others, those who start best first.

    Where one thing ages, whole ways; where several do at their own times (recency and tenure), single moves.
    """
    aging = [measure for measure in space.dimensions if measure in AGING or measure == "r"]
    found: dict[tuple[Step, ...], dict[str, None]] = {}
    for measure in aging:
        for line in _lines(measure, space, cases):
            way = _way(measure, line, space)
            for steps in [way] if len(aging) == 1 else _moves(way):
                found.setdefault(steps, {})[_who(line[0], measure)] = None
    return [Path(steps, tuple(filter(None, who))) for steps, who in found.items()]


def _lines(measure: Measure, space: Space, cases: Cases) -> Iterator[Sequence[Case]]:
    """Give those who differ in nothing but this, from young to old."""
    index = list(space.dimensions).index(measure)
    lines: dict[Place, list[Case]] = {}
    for place, case in reversed(list(cases.items())):
        if place[index] is not None:
            lines.setdefault((*place[:index], *place[index + 1 :]), []).append(case)
    for line in lines.values():
        yield line if measure == "r" else line[::-1]


def _way(measure: Measure, line: Sequence[Case], space: Space) -> tuple[Step, ...]:
    index = list(space.dimensions).index(measure)
    way = [Step(line[0].segment)]
    for case in line[1:]:
        interval = case.place[index]
        if case.segment != way[-1].segment and interval is not None:
            way.append(Step(case.segment, measure, interval.low))
    return tuple(way)


def _moves(way: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    for before, after in itertools.pairwise(way):
        yield Step(before.segment), after


def _who(case: Case, measure: Measure) -> str:
    own = "r" if measure == "recency" else measure
    return "".join(f"{score}{case.scores[score]}" for score in SCORES if score in case.scores and score != own)
