"""The facts of one millisecond and the move they made, in; its direction and its cause, out."""

from collections.abc import Sequence
from typing import assert_never

from schemas.facts import Engaged, OrderCancelled, OrderFact, OrderPlaced, OrderRefunded
from schemas.policy import Policy
from schemas.transitions import Cause, CauseType, Direction

ActingFact = OrderFact | Engaged
"""What can move a customer."""


def direction(from_segment: str | None, to_segment: str | None, policy: Policy) -> Direction:
    """Compare ranks: rank 1 is the best, equal ranks are lateral, no segment is outside.

    From a segment that the policy has not (another had it) every way is lateral.
    """
    if from_segment is None:
        return "entry"
    if to_segment is None:
        return "exit"
    before, after = policy.rank(from_segment), policy.rank(to_segment)
    if before is None or after is None or before == after:
        return "lateral"
    return "up" if after < before else "down"


def least_stay(from_segment: str | None, to_segment: str | None, policy: Policy) -> int:
    """Give how long after her last move a move waits, in ms; entries, exits and lateral moves never do."""
    match direction(from_segment, to_segment, policy):
        case "up":
            return policy.dwell.up_ms
        case "down":
            return policy.dwell.down_ms
        case "entry" | "exit" | "lateral":
            return 0


def explain(facts: Sequence[ActingFact], from_segment: str | None, to_segment: str | None, policy: Policy) -> Cause:
    """Name the fact that made a move: an order explains a rise, an undoing a fall, else the last of all."""
    if len(facts) == 1:
        return Cause(type=cause_type(facts[0]), event_id=facts[0].event_id)
    fitting: list[ActingFact] = []
    match direction(from_segment, to_segment, policy):
        case "up" | "entry":
            fitting = [fact for fact in facts if isinstance(fact, OrderPlaced)]
        case "down" | "exit":
            fitting = [fact for fact in facts if isinstance(fact, OrderRefunded | OrderCancelled)]
        case "lateral":
            pass
    last = max(fitting or facts, key=lambda fact: (fact.occurred_at, fact.event_id))
    return Cause(type=cause_type(last), event_id=last.event_id)


def cause_type(fact: ActingFact) -> CauseType:
    """Name the kind of a fact as causes do."""
    match fact:
        case OrderPlaced():
            return "order"
        case OrderRefunded():
            return "refund"
        case OrderCancelled():
            return "cancellation"
        case Engaged():
            return "engagement"
        case _:
            assert_never(fact)
