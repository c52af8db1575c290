"""A course in, where a customer stands along it out: the rules judge at every instant, and dwell holds them."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, TypedDict

from .course import Cause, Course
from .policy import Policy


class Next(TypedDict):
    at: int
    to: str


@dataclass(frozen=True, slots=True)
class Stand:
    """Where she stands, since when, and what raised the move that is held (None = none is)."""

    segment: str | None = None
    moved_at: int | None = None
    raised: Cause | None = None


class Turn(NamedTuple):
    from_: str | None
    to: str | None
    direction: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class Step:
    """The judgement of an instant."""

    at: int
    stand: Stand
    turn: Turn | None


def walk(course: Course, stand: Stand, after: int | None, until: float) -> Iterator[Step]:
    """Every judgement later than `after` (None = from the beginning), up to and including `until`."""
    points = course.breakpoints()
    placed = None if after is None else course.placed(after)
    at = _next(points, stand, after, course.policy)
    while at is not None and at <= until:
        assert course.placed(at - 1) == placed, "a change between two breakpoints"
        step = judge(course, stand, at)
        yield step
        stand, placed = step.stand, course.placed(at)
        at = _next(points, stand, at, course.policy)


def _next(points: list[int], stand: Stand, after: int | None, policy: Policy) -> int | None:
    """The next breakpoint or end of a least stay."""
    if after is None:
        return points[0] if points else None
    later = points[bisect_right(points, after) :][:1]
    if stand.moved_at is not None:
        later += [stand.moved_at + least for least in (policy.dwell_up_ms, policy.dwell_down_ms)]
    return min((at for at in later if at > after), default=None)


def judge(course: Course, stand: Stand, at: int) -> Step:
    placed = course.placed(at)
    if placed == stand.segment:
        return Step(at, replace(stand, raised=None), None)
    direction = course.policy.direction(stand.segment, placed)
    raised_now = course.placed(at - 1) != placed
    raised = course.why_placed(at, direction) if raised_now else stand.raised
    assert raised is not None, "a move that nothing raised"
    if stand.moved_at is not None and at < stand.moved_at + course.policy.dwell_ms(direction):
        return Step(at, replace(stand, raised=raised), None)
    cause = raised if raised_now else {**raised, "due": "dwell"}
    return Step(at, Stand(placed, at), Turn(stand.segment, placed, direction, cause))


def forecast(course: Course, stand: Stand, at: int) -> Next | None:
    """The next move if nothing new happens after `at`."""
    for step in walk(course.silence(at), stand, at, float("inf")):
        if step.turn is not None:
            assert step.turn.to is not None, "time never takes the last order"
            return {"at": step.at, "to": step.turn.to}
    return None
