"""Events and cut points in, every customer's transitions and her state at as-of out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count

from .cut_points import CutPoints, Versions, versions
from .engagement import is_known
from .erasure import Life, lives
from .measures import Measures
from .moves import Lived, lived
from .orders import Event
from .policy import Policy
from .transitions import Transition, transition
from .walking import Next, forecast

AsOf = int | Mapping[str, int] | Callable[[str], int]


@dataclass(frozen=True, slots=True)
class State:
    """Where a customer stands at as-of; `signed_sum_minor` may be negative, `measures` never shows that.

    While a least stay holds her, `due_segment` is where the rules place her and `held_until` the end of the stay.
    """

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
    cut_points_version: int = 0
    due_segment: str | None = None
    held_until: int | None = None


@dataclass(frozen=True, slots=True)
class CustomerTimeline:
    """`known` is False once she is erased and until a new life of hers begins; `silent` have sequence 0."""

    customer_id: str
    transitions: tuple[Transition, ...]
    state: State
    known: bool = True
    silent: tuple[Transition, ...] = ()


def timeline(
    events: Iterable[Event], policy: Policy, as_of: AsOf, cut_points: Iterable[CutPoints] = ()
) -> dict[str, CustomerTimeline]:
    """Everything up to and including as-of, in the full knowledge of all events.

    Their order is the log's. It matters for the first record of an identity and for what an erasure drops.
    """
    known_versions = versions(cut_points, policy)
    return {
        customer_id: _customer_timeline(customer_id, known, policy, at, known_versions)
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


def _customer_timeline(
    customer_id: str, known: list[Life], policy: Policy, as_of: int, known_versions: Versions
) -> CustomerTimeline:
    told = list(lived(known, policy, as_of, known_versions))
    moves, numbers = list(chain.from_iterable(one.moves() for one in told)), count(1)
    return CustomerTimeline(
        customer_id=customer_id,
        transitions=tuple(transition(customer_id, next(numbers), move, policy) for move in moves if not move.silent),
        state=_state(told[-1], policy, as_of),
        known=is_known(told[-1].life.entries, policy),
        silent=tuple(transition(customer_id, 0, move, policy) for move in moves if move.silent),
    )


def _state(present: Lived, policy: Policy, as_of: int) -> State:
    course, stand = present.course, present.stand
    standing, placed = course.history.at(as_of), course.placed(as_of)
    held = placed != stand.segment and stand.moved_at is not None
    direction = policy.direction(stand.segment, placed) if held else ""
    return State(
        as_of=as_of,
        segment=stand.segment,
        rank=policy.rank(stand.segment),
        measures=course.measures(as_of),
        frequency=standing.frequency,
        signed_sum_minor=standing.signed_sum_minor,
        monetary_minor=standing.monetary_minor,
        oldest_order_at=standing.oldest,
        newest_order_at=standing.newest,
        known_orders=standing.known_orders,
        next=forecast(course, stand, as_of),
        cut_points_version=course.versions.at(as_of).version,
        due_segment=placed if held else None,
        held_until=stand.moved_at + policy.dwell_ms(direction) if held and stand.moved_at is not None else None,
    )
