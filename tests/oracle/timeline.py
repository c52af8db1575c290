"""Events in, every customer's transitions and her state at as-of out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypedDict

from .measures import History, Measures, Next, Standing, forecast, measures, segment
from .orders import Event, Fact, Ledger, ledgers
from .policy import Policy

AsOf = int | Mapping[str, int] | Callable[[str], int]
Cause = dict[str, str]
Transition = TypedDict(
    "Transition",
    {
        "customer_id": str,
        "sequence": int,
        "from": str | None,
        "to": str | None,
        "from_rank": int | None,
        "to_rank": int | None,
        "direction": str,
        "cause": Cause,
        "before": Measures,
        "after": Measures,
        "effective_at": int,
        "next": Next | None,
    },
)


@dataclass(frozen=True, slots=True)
class Move:
    """What stood one millisecond before a change, what stands after it, and the facts that acted at it."""

    before: Standing
    after: Standing
    acting: list[Fact]


@dataclass(frozen=True, slots=True)
class State:
    """Where a customer stands at as-of; `signed_sum_minor` may be negative, `measures` never shows that."""

    as_of: int
    segment: str | None
    rank: int | None
    measures: Measures
    frequency: int
    signed_sum_minor: int
    monetary_minor: int
    oldest_order_at: int | None
    newest_order_at: int | None
    known_orders: int
    next: Next | None


@dataclass(frozen=True, slots=True)
class CustomerTimeline:
    customer_id: str
    transitions: tuple[Transition, ...]
    state: State


def timeline(events: Iterable[Event], policy: Policy, as_of: AsOf) -> dict[str, CustomerTimeline]:
    """Everything up to and including as-of, in the full knowledge of all events, whatever their order."""
    return {
        customer_id: _customer_timeline(customer_id, ledger, policy, _as_of(as_of, customer_id))
        for customer_id, ledger in ledgers(events, policy).items()
    }


def _as_of(as_of: AsOf, customer_id: str) -> int:
    if isinstance(as_of, int):
        return as_of
    return as_of[customer_id] if isinstance(as_of, Mapping) else as_of(customer_id)


def _customer_timeline(customer_id: str, ledger: Ledger, policy: Policy, as_of: int) -> CustomerTimeline:
    history = History(ledger, policy)
    moves = enumerate(_moves(history, ledger, policy, as_of), start=1)
    transitions = tuple(_transition(customer_id, sequence, move, policy) for sequence, move in moves)
    return CustomerTimeline(customer_id, transitions, _state(history.at(as_of), policy))


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


def _transition(customer_id: str, sequence: int, move: Move, policy: Policy) -> Transition:
    from_, to = segment(move.before, policy), segment(move.after, policy)
    from_rank, to_rank = policy.rank(from_), policy.rank(to)
    direction = _direction(from_rank, to_rank)
    return {
        "customer_id": customer_id,
        "sequence": sequence,
        "from": from_,
        "to": to,
        "from_rank": from_rank,
        "to_rank": to_rank,
        "direction": direction,
        "cause": _cause(move.acting, direction),
        "before": measures(move.before, policy),
        "after": measures(move.after, policy),
        "effective_at": move.after.at,
        "next": forecast(move.after, policy),
    }


def _direction(from_rank: int | None, to_rank: int | None) -> str:
    if from_rank is None:
        return "entry"
    if to_rank is None:
        return "exit"
    return "up" if to_rank < from_rank else "down" if to_rank > from_rank else "lateral"


_EXPLAINED_BY = {
    "entry": {"order"},
    "up": {"order"},
    "down": {"refund", "cancellation"},
    "exit": {"refund", "cancellation"},
}


def _cause(acting: list[Fact], direction: str) -> Cause:
    if not acting:
        return {"type": "decay", "due": "recency"}
    explaining = [fact for fact in acting if fact.kind in _EXPLAINED_BY.get(direction, set())]
    last = max(explaining or acting, key=lambda fact: (fact.occurred_at, fact.event_id, fact.kind))
    return {"type": last.kind, "event_id": last.event_id}


def _state(standing: Standing, policy: Policy) -> State:
    present = segment(standing, policy)
    return State(
        as_of=standing.at,
        segment=present,
        rank=policy.rank(present),
        measures=measures(standing, policy),
        frequency=standing.frequency,
        signed_sum_minor=standing.signed_sum_minor,
        monetary_minor=standing.monetary_minor,
        oldest_order_at=standing.oldest,
        newest_order_at=standing.newest,
        known_orders=standing.known_orders,
        next=forecast(standing, policy),
    )
