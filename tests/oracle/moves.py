"""A customer's lives in, the moves of each out: silence works up to an erasure, the erasure ends what stands."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from .course import Cause, Course, course
from .cut_points import Versions
from .erasure import Life
from .facts import facts
from .history import Standing
from .measures import Measures, measures
from .orders import Fact, Ledger, instant
from .policy import Policy
from .walking import Next, Stand, Step, Turn, forecast, walk

NOTHING = Standing(0, None, None, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Move:
    """`before` is that of one millisecond earlier; `acting` are the facts of the instant."""

    at: int
    turn: Turn
    before: Measures
    after: Measures
    next: Next | None
    cut_points_version: int
    acting: list[Fact]
    silent: bool


class Ending(NamedTuple):
    """`last` is the last instant of the life: what is due at that of an erasure does not come any more."""

    erasure: Fact
    last: int


@dataclass(frozen=True, slots=True)
class Lived:
    """A life up to and including `until`; `erasure` has taken effect, None = none had by then.

    Engagement that moves nobody is hers up to as-of: what the log holds before the erasure has been.
    """

    life: Life
    course: Course
    steps: tuple[Step, ...]
    until: int
    erasure: Fact | None
    as_of: int

    @property
    def ledger(self) -> Ledger:
        return self.course.facts.ledger

    @property
    def stand(self) -> Stand:
        """Where she stands at `until`."""
        return self.steps[-1].stand if self.steps else Stand()

    def moves(self) -> Iterator[Move]:
        for step in self.steps:
            if step.turn is not None:
                yield _move(self.course, step, step.turn)
        if self.erasure is not None and self.stand.segment is not None:
            yield self._exit(self.erasure)

    def _exit(self, erasure: Fact) -> Move:
        policy, scales = self.course.policy, self.course.versions.at(erasure.acts_at)
        turn = Turn(self.stand.segment, None, "exit", because(erasure))
        return Move(
            at=erasure.acts_at,
            turn=turn,
            before=self.course.measures(self.until),
            after=measures(NOTHING, scales),
            next=None,
            cut_points_version=scales.version,
            acting=[erasure],
            silent=is_silent(erasure.acts_at, turn.cause, policy),
        )


def lived(lives: Iterable[Life], policy: Policy, as_of: int, versions: Versions) -> Iterator[Lived]:
    """The last one that is given is the life at as-of."""
    for life in lives:
        run = course(facts(life.entries, policy), versions, policy)
        end = ending(life, policy)
        until = as_of if end is None else min(as_of, end.last)
        steps = tuple(walk(run, Stand(), None, until))
        erasure = _exiting(end.erasure, steps) if end is not None and end.erasure.acts_at <= as_of else None
        yield Lived(life, run, steps, until, erasure, as_of)
        if erasure is None:
            return


def _exiting(erasure: Fact, steps: Sequence[Step]) -> Fact:
    """At most one move fits into a millisecond: an exit that is late comes one behind the move of that instant."""
    moved = any(step.at == erasure.acts_at and step.turn is not None for step in steps)
    return replace(erasure, acts_at=erasure.acts_at + moved)


def ending(life: Life, policy: Policy) -> Ending | None:
    """An erasure that comes late acts at the newest instant at which one of her facts did."""
    if life.erasure is None:
        return None
    acted = [fact.acts_at for fact in facts(life.entries, policy).acting]
    reached, at = max(acted, default=0), instant(life.erasure.event)
    erasure = Fact("erasure", life.erasure.event["event_id"], at, max(at, reached), life.erasure.position)
    return Ending(erasure, max(at - 1, reached))


def because(erasure: Fact) -> Cause:
    return {"type": erasure.kind, "event_id": erasure.event_id}


def is_silent(at: int, cause: Cause, policy: Policy) -> bool:
    early = policy.silent_until is not None and at < policy.silent_until
    return early or (policy.drift_silent and cause["type"] == "drift")


def _move(run: Course, step: Step, turn: Turn) -> Move:
    return Move(
        at=step.at,
        turn=turn,
        before=run.measures(step.at - 1),
        after=run.measures(step.at),
        next=forecast(run, step.stand, step.at),
        cut_points_version=run.versions.at(step.at).version,
        acting=run.acting.get(step.at, []),
        silent=is_silent(step.at, turn.cause, run.policy),
    )
