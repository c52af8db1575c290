"""Facts, moves and announcements of a customer in, each as a sentence out."""

from collections.abc import Mapping
from typing import Final, Literal, assert_never

from agents.decisions.explaining import direction
from agents.decisions.moves import Brink, Move
from app.explaining.wording import age, instant, label, money
from schemas.durations import write_duration
from schemas.facts import (
    FACT_TYPES,
    CustomerErased,
    Engaged,
    Fact,
    MessageDelivered,
    MessageFailed,
    OrderCancelled,
    OrderPlaced,
    OrderRefunded,
    ProfileChanged,
)
from schemas.policy import Policy
from schemas.transitions import Cause, Direction

Tense = Literal["past", "present"]
_VERBS: Final[Mapping[Tense, Mapping[Direction, str]]] = {
    "past": {"entry": "entered", "up": "rose", "down": "fell", "lateral": "moved", "exit": "left"},
    "present": {"entry": "enters", "up": "rises", "down": "falls", "lateral": "moves", "exit": "leaves"},
}
_HELD: Final[Mapping[str, str]] = {"decay": "time", "drift": "new cut points"}
KINDS: Final[Mapping[str, str]] = {
    "order": FACT_TYPES[OrderPlaced],
    "refund": FACT_TYPES[OrderRefunded],
    "cancellation": FACT_TYPES[OrderCancelled],
    "engagement": FACT_TYPES[Engaged],
}
"""What facts are called as causes, and on the wire."""


def fact_in_words(fact: Fact) -> str:
    """Say what a fact tells; of a profile only that there is one."""
    match fact:
        case OrderPlaced():
            return f"order {fact.order_id} of {money(fact.total.amount_minor, fact.total.currency)}"
        case OrderRefunded():
            of = f"on order {fact.order_id}" if fact.order_id is not None else "that names no order"
            return f"refund {fact.refund_id} of {money(fact.amount.amount_minor, fact.amount.currency)} {of}"
        case OrderCancelled():
            return f"cancellation of order {fact.order_id}"
        case Engaged():
            rated = f" with rating {fact.rating}" if fact.rating is not None else ""
            return f"engagement: {fact.kind}{rated}"
        case ProfileChanged():
            return "profile"
        case CustomerErased():
            return "erasure"
        case MessageDelivered():
            return f"receipt: message {fact.message_id} was delivered"
        case MessageFailed():
            lasting = "for good" if fact.permanent else "for now"
            return f"receipt: message {fact.message_id} failed {lasting}: {fact.reason}"
        case _:
            assert_never(fact)


class Sentences:
    """Tells of one customer under one policy."""

    def __init__(self, policy: Policy, facts: list[Fact]) -> None:
        self._policy = policy
        self._facts = {(FACT_TYPES[type(fact)], fact.event_id): fact for fact in reversed(facts)}

    def move(self, move: Move, tense: Tense) -> str:
        """Tell where a move leads, and why."""
        told = f"{self._way(move, tense)}: {self._why(move)}"
        return f"{told} (silent: not published)" if move.silent else told

    def brink(self, brink: Brink) -> str:
        """Tell an announcement."""
        there, lead = label(brink.to, self._policy), write_duration(brink.lead_ms)
        return f"the fall to {there} at {instant(brink.due_at)} is announced, {lead} ahead"

    def _way(self, move: Move, tense: Tense) -> str:
        going = direction(move.from_segment, move.to_segment, self._policy)
        verb = _VERBS[tense][going]
        here, there = label(move.from_segment, self._policy), label(move.to_segment, self._policy)
        if going == "entry":
            return f"{verb} as {there}"
        return f"{verb} {here}" if going == "exit" else f"{verb} from {here} to {there}"

    def _why(self, move: Move) -> str:
        cause = move.cause
        if cause.due == "dwell":
            stay = self._policy.dwell.up_ms if self._up(move) else self._policy.dwell.down_ms
            raised = self._fact(cause) if cause.event_id else _HELD.get(cause.type, cause.type)
            return f"end of the least stay of {write_duration(stay)}, which held it; raised by {raised}"
        match cause.type:
            case "order" | "refund" | "cancellation" | "engagement":
                return self._fact(cause)
            case "decay":
                return self._decay(move)
            case "drift":
                return f"new cut points, version {move.cut_points_version}"
            case "policy":
                return "another policy"
            case "erasure":
                return "erasure"
            case _:
                assert_never(cause.type)

    def _up(self, move: Move) -> bool:
        return direction(move.from_segment, move.to_segment, self._policy) == "up"

    def _decay(self, move: Move) -> str:
        """Say what fell due."""
        after, window = move.after, self._policy.window_ms
        bounds = (after.recency_ms or 0) - 1, (after.tenure_ms or 0) - 1
        match move.cause.due:
            case "recency":
                return f"the last order was {age(after.recency_ms or 0, bounds)} ago"
            case "tenure":
                return f"the first order was {age(after.tenure_ms or 0, bounds)} ago"
            case "engaged":
                return "the last engagement was long enough ago"
            case "window":
                return f"what is older than {write_duration(window or 0)} counts no more"
            case "dwell" | None:
                return "time alone"
            case _:
                assert_never(move.cause.due)

    def _fact(self, cause: Cause) -> str:
        """Tell the fact behind a cause."""
        fact = self._facts.get((KINDS[cause.type], cause.event_id or ""))
        return fact_in_words(fact) if fact is not None else f"{cause.type} (event {cause.event_id})"
