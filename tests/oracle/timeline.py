"""Events in, every customer's transitions and her state at as-of out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from .engagement import is_known
from .erasure import Life, lives
from .measures import Measures, Next, Standing, forecast, measures, segment
from .moves import lived
from .orders import Event
from .policy import Policy
from .transitions import Transition, transition

AsOf = int | Mapping[str, int] | Callable[[str], int]


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
    """`known` is False once she is erased and until a new life of hers begins."""

    customer_id: str
    transitions: tuple[Transition, ...]
    state: State
    known: bool = True


def timeline(events: Iterable[Event], policy: Policy, as_of: AsOf) -> dict[str, CustomerTimeline]:
    """Everything up to and including as-of, in the full knowledge of all events.

    Their order is the log's. It matters for the first record of an identity and for what an erasure drops.
    """
    return {
        customer_id: _customer_timeline(customer_id, known, policy, at)
        for customer_id, known, at in known_customers(events, policy, as_of)
    }


def known_customers(events: Iterable[Event], policy: Policy, as_of: AsOf) -> Iterator[tuple[str, list[Life], int]]:
    logs: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        logs[event["customer_id"]].append(event)
    for customer_id, log in logs.items():
        known = list(lives(log))
        if any(is_known(life.entries, policy) for life in known):
            yield customer_id, known, _as_of(as_of, customer_id)


def _as_of(as_of: AsOf, customer_id: str) -> int:
    if isinstance(as_of, int):
        return as_of
    return as_of[customer_id] if isinstance(as_of, Mapping) else as_of(customer_id)


def _customer_timeline(customer_id: str, known: list[Life], policy: Policy, as_of: int) -> CustomerTimeline:
    told = list(lived(known, policy, as_of))
    moves = enumerate(chain.from_iterable(one.moves for one in told), start=1)
    transitions = tuple(transition(customer_id, sequence, move, policy) for sequence, move in moves)
    present = told[-1]
    state = _state(present.history.at(as_of), policy)
    return CustomerTimeline(customer_id, transitions, state, is_known(present.life.entries, policy))


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
