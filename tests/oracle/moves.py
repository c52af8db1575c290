"""A customer's lives in, the moves of each out: silence works up to an erasure, the erasure ends what stands."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .engagement import engagements
from .erasure import Life
from .measures import History, Standing, segment
from .orders import Entry, Fact, Ledger, instant, ledger
from .policy import Policy
from .transitions import Move


@dataclass(frozen=True, slots=True)
class Lived:
    """A life up to and including `until`; `erased_at` is when its end took effect, None = not by then."""

    life: Life
    ledger: Ledger
    history: History
    moves: tuple[Move, ...]
    until: int
    erased_at: int | None


def lived(lives: Iterable[Life], policy: Policy, as_of: int) -> Iterator[Lived]:
    """The last one that is given is the life at as-of."""
    for life in lives:
        found = _lived(life, policy, as_of)
        yield found
        if found.erased_at is None:
            return


def _lived(life: Life, policy: Policy, as_of: int) -> Lived:
    known = ledger(life.entries, policy)
    history = History(known, policy)
    if life.erasure is None:
        return Lived(life, known, history, tuple(_moves(history, known, policy, as_of)), as_of, None)
    reached = _reached(known, life, policy)
    erasure = _erasure(life.erasure, reached)
    until = min(as_of, max(erasure.occurred_at - 1, reached))
    moves = list(_moves(history, known, policy, until))
    if erasure.acts_at > as_of:
        return Lived(life, known, history, tuple(moves), until, None)
    before = history.at(until)
    if segment(before, policy) is not None:
        moves.append(Move(before, Standing(erasure.acts_at, None, None, 0, 0, 0), [erasure]))
    return Lived(life, known, history, tuple(moves), until, erasure.acts_at)


def _reached(known: Ledger, life: Life, policy: Policy) -> int:
    """The newest instant at which one of her facts acted."""
    acted = [fact.acts_at for fact in known.facts]
    engaged = [instant(entry.event) for entry in engagements(life.entries, policy)]
    return max(acted + engaged, default=0)


def _erasure(entry: Entry, reached: int) -> Fact:
    at = instant(entry.event)
    return Fact("erasure", entry.event["event_id"], at, max(at, reached), entry.position)


def _moves(history: History, ledger: Ledger, policy: Policy, as_of: int) -> Iterator[Move]:
    acting: dict[int, list[Fact]] = defaultdict(list)
    for fact in ledger.facts:
        acting[fact.acts_at].append(fact)
    present: str | None = None
    for at in _breakpoints(ledger, policy, as_of):
        after = history.at(at)
        if segment(after, policy) != present:
            before = history.at(at - 1)
            assert segment(before, policy) == present, "a change between two breakpoints"
            present = segment(after, policy)
            yield Move(before, after, acting.get(at, []))


def _breakpoints(ledger: Ledger, policy: Policy, as_of: int) -> list[int]:
    facts = {fact.acts_at for fact in ledger.facts}
    decays = {order.ordered_at + bound + 1 for order in ledger.orders for bound in policy.within_ms}
    return sorted(at for at in facts | decays if at <= as_of)
