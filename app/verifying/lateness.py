"""A customer's facts as they came in; whether any can have been late for what was published of her, out.

What is late rewrites the timeline: moves that stand are not told again, so their measures, and their numbers, are those
of what was known then. A fact is late when the customer's row has been advanced to its instant already: by a fact
before it in the log, or by time. Time advances her only to instants before the partition clock, and the clock never
passes the time of a record that waits. So a fact that occurred at t, in a record of time s, can be late only for what
time alone has brought in [t, s], and for facts before it that occurred no earlier.

Where nothing waits on a topic, what comes to it a little later is taken a little later, whatever the time of its
record: so two facts of different topics within SKEW_MS may have been taken in either order. Where the clock goes by the
records and not by the wall (`clock: stream`), a moment is as long as a feeder likes: topics that are fed beside a
worker overtake one another by days of theirs, and no record tells it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from agents.ahead import identity
from app.verifying.entries import Taken
from schemas.facts import CustomerErased, Engaged, Fact, MessageDelivered, MessageFailed, OrderPlaced, ProfileChanged
from schemas.policy import Policy
from schemas.transitions import SegmentTransitioned

SKEW_MS: Final = 60_000
BY_TIME: Final = frozenset({"decay", "drift", "policy"})

ANCIENT: Final = "a fact older than late.horizon acts from the instant at which it came"
ERASED: Final = "an erasure that came late acts from the instant at which it came"
AHEAD: Final = "a fact ahead of the clock may wait still"
OVERTAKEN: Final = "facts of different topics may have overtaken one another (clock: stream)"


class Punctuality(NamedTuple):
    """How the facts of a customer came."""

    in_time: bool
    """Whether none was late for anything: then every field of every move is known."""
    excuses: tuple[str, ...]
    """Why even her timeline may rightly be another than that of full knowledge."""


def acting(taken: Iterable[Taken], policy: Policy, *, every: bool = False) -> list[Taken]:
    """Leave out what came again and, unless `every` fact matters, what moves nobody, in the order of the log."""
    kept: dict[tuple[str, str], Taken] = {}
    for one in taken:
        idle = isinstance(one.fact, ProfileChanged | MessageDelivered | MessageFailed) or (
            isinstance(one.fact, Engaged) and not policy.engagement_acts
        )
        if idle and not every:
            continue
        kept.setdefault(identity(one.fact), one)
    return list(kept.values())


def punctuality(
    acted: Sequence[Taken],
    moves: Iterable[SegmentTransitioned],
    until: int,
    policy: Policy,
    appointments: Iterable[int] = (),
) -> Punctuality:
    """Judge the facts that act, in the order of the log, beside the moves of full knowledge.

    `appointments`: the instants at which time brought rewards, which advance her row too.
    """
    moved = list(moves)
    instants = {move.effective_at for move in moved}
    timely = sorted([*(move.effective_at for move in moved if by_time(move)), *appointments])
    in_time, reached = True, 0
    excuses: set[str] = set()
    before: Taken | None = None
    for one in acted:
        at = one.at
        late = at < reached or (at == reached and at in instants) or _any_in(timely, at, one.stamp)
        late = late or (before is not None and _in_either_order(before, one))
        before = one
        in_time = in_time and not late
        if reached and at < max(reached, one.stamp) - policy.horizon_ms:
            excuses.add(ANCIENT)
        if late and isinstance(one.fact, CustomerErased):
            excuses.add(ERASED)
        if one.ahead and at > until:
            excuses.add(AHEAD)
        reached = max(reached, at)
    return Punctuality(in_time, tuple(sorted(excuses)))


def may_have_overtaken(acted: Iterable[Taken]) -> bool:
    """Tell whether facts of a customer lie on several topics: on one nothing is overtaken."""
    return len({_topic(one.fact) for one in acted}) > 1


def by_time(move: SegmentTransitioned) -> bool:
    """Tell whether time brought a move, though a fact may have raised it."""
    return move.cause.type in BY_TIME or move.cause.due is not None


def _in_either_order(before: Taken, one: Taken) -> bool:
    return _topic(before.fact) != _topic(one.fact) and one.stamp - before.stamp < SKEW_MS


def _topic(fact: Fact) -> type[Fact]:
    """Tell topics apart by what they carry: what is of no other is of the orders."""
    if isinstance(fact, ProfileChanged):
        return CustomerErased
    if isinstance(fact, MessageDelivered | MessageFailed):
        return MessageDelivered
    return type(fact) if isinstance(fact, Engaged | CustomerErased) else OrderPlaced


def _any_in(instants: Sequence[int], start: int, end: int) -> bool:
    """Tell whether any of the ascending instants lies in [start, end]."""
    place = bisect_left(instants, start)
    return place < len(instants) and instants[place] <= end
