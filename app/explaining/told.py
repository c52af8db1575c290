"""An explanation in, one object for programs out: moves as they are published, instants in ms, money in minor units."""

from typing import Any

import msgspec

from agents.decisions.moves import Brink, Move
from agents.events import Events
from app.explaining.explanation import Explanation
from schemas.facts import FACT_TYPES, Fact, ProfileChanged
from schemas.instants import rfc3339


def told_as_object(told: Explanation) -> dict[str, Any]:
    """Spell all of it; of a profile only that there is one."""
    stands, policy = told.lived.standing, told.policy
    events = Events(policy)
    return {
        "customer_id": told.customer_id,
        "as_of": told.as_of,
        "as_of_time": rfc3339(told.as_of),
        "policy": {"id": policy.id, "version": policy.version},
        "currency": policy.currency,
        "known": told.lived.known,
        "erased_at": told.lived.row.erased_at or None,
        "facts": [_fact(fact) for fact in told.facts],
        "facts_later": told.later,
        "endings": {
            ending.value: count for ending, count in sorted(told.endings.items(), key=lambda item: item[0].value)
        },
        "cut_points": msgspec.to_builtins(told.version),
        "standing": msgspec.to_builtins(events.standing(told.customer_id, told.lived.row, stands)),
        "scores": [reason._asdict() for reason in told.scores],
        "rule": _rule(told),
        "announced": msgspec.to_builtins(events.brink(told.announced)) if told.announced else None,
        "transitions": [_move(move, events) for move in told.past],
        "ahead": [_move(one, events) if isinstance(one, Move) else _brink(one, events) for one in told.ahead],
        "lifts": [lift._asdict() for lift in told.lifts],
        "notes": told.notes,
    }


def _fact(fact: Fact) -> dict[str, Any]:
    if isinstance(fact, ProfileChanged):
        return {"type": FACT_TYPES[ProfileChanged], "event_id": fact.event_id, "occurred_at": int(fact.occurred_at)}
    spelled: dict[str, Any] = msgspec.to_builtins(fact, enc_hook=int)
    return spelled


def _rule(told: Explanation) -> dict[str, Any] | None:
    if told.rule is None:
        return None
    return told.rule._asdict() | {"conditions": [condition._asdict() for condition in told.rule.conditions]}


def _move(move: Move, events: Events) -> dict[str, Any]:
    return {"type": "segment.transitioned", **msgspec.to_builtins(events.transition(move)), "silent": move.silent}


def _brink(brink: Brink, events: Events) -> dict[str, Any]:
    return {"type": "segment.brink", **msgspec.to_builtins(events.brink(brink))}
