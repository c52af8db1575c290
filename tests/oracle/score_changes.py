"""Events and cut points in, every change of a customer's scores out, whether or not her segment is another."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypedDict

from .course import Cause
from .cut_points import CutPoints, versions
from .measures import Measures, measures
from .moves import NOTHING, Lived, because, lived
from .orders import Event
from .policy import Policy
from .timeline import AsOf, known_customers


class ScoreChange(TypedDict):
    """`segment` is where she stands after it."""

    effective_at: int
    before: Measures
    after: Measures
    cause: Cause
    segment: str | None
    cut_points_version: int


def score_changes(
    events: Iterable[Event], policy: Policy, as_of: AsOf, cut_points: Iterable[CutPoints] = ()
) -> Mapping[str, list[ScoreChange]]:
    """Of each known customer in order, up to and including as-of. Her first scores and their end are changes too."""
    known_versions = versions(cut_points, policy)
    return {
        customer_id: [told for life in lived(known, policy, at, known_versions) for told in _of_life(life)]
        for customer_id, known, at in known_customers(events, policy, as_of)
    }


def _of_life(life: Lived) -> Iterator[ScoreChange]:
    course = life.course
    for step in life.steps:
        if course.scores(step.at) != course.scores(step.at - 1):
            yield {
                "effective_at": step.at,
                "before": course.measures(step.at - 1),
                "after": course.measures(step.at),
                "cause": course.why_scored(step.at, None if step.turn is None else step.turn.direction),
                "segment": step.stand.segment,
                "cut_points_version": course.versions.at(step.at).version,
            }
    if life.erasure is not None and any(course.scores(life.until)):
        scales = course.versions.at(life.erasure.acts_at)
        yield {
            "effective_at": life.erasure.acts_at,
            "before": course.measures(life.until),
            "after": measures(NOTHING, scales),
            "cause": because(life.erasure),
            "segment": None,
            "cut_points_version": scales.version,
        }
