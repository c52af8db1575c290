"""What stood before and after a change in, a transition with its direction and cause out."""

from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from .measures import Measures, Next, Standing, forecast, measures, segment
from .orders import Fact
from .policy import Policy

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

    @property
    def at(self) -> int:
        return self.after.at


class Turn(NamedTuple):
    from_: str | None
    to: str | None
    from_rank: int | None
    to_rank: int | None
    direction: str
    cause: Cause


def turn(move: Move, policy: Policy) -> Turn:
    from_, to = segment(move.before, policy), segment(move.after, policy)
    from_rank, to_rank = policy.rank(from_), policy.rank(to)
    direction = _direction(from_rank, to_rank)
    return Turn(from_, to, from_rank, to_rank, direction, _cause(move.acting, direction))


def transition(customer_id: str, sequence: int, move: Move, policy: Policy) -> Transition:
    turned = turn(move, policy)
    return {
        "customer_id": customer_id,
        "sequence": sequence,
        "from": turned.from_,
        "to": turned.to,
        "from_rank": turned.from_rank,
        "to_rank": turned.to_rank,
        "direction": turned.direction,
        "cause": turned.cause,
        "before": measures(move.before, policy),
        "after": measures(move.after, policy),
        "effective_at": move.at,
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
