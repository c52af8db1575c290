"""Events and cut points in, every brink announced and cleared out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from .course import Cause, Course, explanation
from .cut_points import CutPoints, versions
from .moves import Lived, because, lived
from .orders import Event
from .policy import Policy
from .timeline import AsOf, known_customers
from .walking import Next, Step, forecast

Told = dict[str, Any]
"""What is published, without its envelope: an announcement has `lead_ms`, a clearing has `cause`."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A move down that silence brings; `announced` is the newest announcement of it."""

    move: Next
    armed_at: int
    announced: Told | None = None


def brinks(
    events: Iterable[Event], policy: Policy, as_of: AsOf, cut_points: Iterable[CutPoints] = ()
) -> Mapping[str, list[Told]]:
    """Of each known customer in order, up to and including as-of; at one instant a clearing comes first."""
    known_versions = versions(cut_points, policy)
    return {
        customer_id: [
            {"customer_id": customer_id, **told}
            for life in lived(known, policy, at, known_versions)
            for told in _of_life(life)
        ]
        for customer_id, known, at in known_customers(events, policy, as_of)
    }


def _of_life(life: Lived) -> Iterator[Told]:
    if not life.course.policy.brink_ms:
        return
    ahead: Ahead | None = None
    coming: Next | None = None
    untils = [after.at - 1 for _, after in pairwise(life.steps)] + [_last_instant(life)]
    for step, until in zip(life.steps, untils, strict=False):
        if _is_news(step, life.course):
            coming = forecast(life.course, step.stand, step.at)
        down = coming if coming is not None and _is_down(step, coming, life.course.policy) else None
        if down != (None if ahead is None else ahead.move):
            yield from _clearing(ahead, step, coming, life.course)
            ahead = None if down is None else Ahead(down, step.at)
        if ahead is not None:
            for told in _announcements(ahead, step, until, life.course):
                yield told
                ahead = replace(ahead, announced=told)
    if life.erasure is not None and ahead is not None and ahead.announced is not None:
        yield _cleared(ahead.announced, life.erasure.acts_at, None, because(life.erasure))


def _is_news(step: Step, course: Course) -> bool:
    """Silence changes no forecast."""
    return step.turn is not None or step.at in course.acting or step.at in course.versions.instants


def _last_instant(life: Lived) -> int:
    """An erasure comes before an announcement of the same instant."""
    return life.until if life.erasure is None else min(life.until, life.erasure.acts_at - 1)


def _is_down(step: Step, coming: Next, policy: Policy) -> bool:
    return policy.direction(step.stand.segment, coming["to"]) == "down"


def _clearing(ahead: Ahead | None, step: Step, coming: Next | None, course: Course) -> Iterator[Told]:
    """Nothing that was not announced; and the move that was announced is no clearing."""
    if ahead is None or ahead.announced is None:
        return
    came_true = step.turn is not None and {"at": step.at, "to": step.turn.to} == ahead.move
    if not came_true:
        yield _cleared(ahead.announced, step.at, coming, _why(step, course))


def _why(step: Step, course: Course) -> Cause:
    """As the move of this instant, if there is one; else the last fact, else new cut points."""
    if step.turn is not None:
        return step.turn.cause
    if step.at in course.acting:
        return explanation(course.acting[step.at], None)
    return {"type": "drift"}


def _cleared(announced: Told, at: int, coming: Next | None, cause: Cause) -> Told:
    named = {name: announced[name] for name in ("due_at", "from", "to")}
    return {**named, "effective_at": at, "next": coming, "cause": cause}


def _announcements(ahead: Ahead, step: Step, until: int, course: Course) -> Iterator[Told]:
    """None before `silent_until`."""
    for lead_ms in sorted(course.policy.brink_ms, reverse=True):
        at = ahead.move["at"] - lead_ms
        heard = course.policy.silent_until is None or at >= course.policy.silent_until
        if heard and at >= ahead.armed_at and step.at <= at <= until:
            from_, to = step.stand.segment, ahead.move["to"]
            yield {
                "cut_points_version": course.versions.at(at).version,
                "due_at": ahead.move["at"],
                "effective_at": at,
                "from": from_,
                "from_rank": course.policy.rank(from_),
                "lead_ms": lead_ms,
                "measures": course.measures(at),
                "to": to,
                "to_rank": course.policy.rank(to),
            }
