"""A move in, the transition that it is published as out."""

from typing import TypedDict

from .course import Cause
from .measures import Measures
from .moves import Move
from .policy import Policy
from .walking import Next

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
        "cut_points_version": int,
        "effective_at": int,
        "next": Next | None,
    },
)


def transition(customer_id: str, sequence: int, move: Move, policy: Policy) -> Transition:
    from_, to, direction, cause = move.turn
    return {
        "customer_id": customer_id,
        "sequence": sequence,
        "from": from_,
        "to": to,
        "from_rank": policy.rank(from_),
        "to_rank": policy.rank(to),
        "direction": direction,
        "cause": cause,
        "before": move.before,
        "after": move.after,
        "cut_points_version": move.cut_points_version,
        "effective_at": move.at,
        "next": move.next,
    }
