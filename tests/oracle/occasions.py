"""A life in, every occasion it gives a reward rule out, in the order in which they are decided."""

from collections.abc import Iterator
from dataclasses import dataclass

from .engagement import engagements
from .moves import Lived
from .orders import instant
from .policy import Policy
from .reward_rules import OnEngaged, OnFirstOrder, OnTransition, RewardRule
from .transitions import Cause, turn

Occasion = tuple[str | int | None, ...]  # ("first_order",), ("engaged", event_id), ("transition", at, from, to)


@dataclass(frozen=True, slots=True)
class Raised:
    """`position` is that of the fact that raised it; None = time did."""

    rule: RewardRule
    occasion: Occasion
    at: int
    position: int | None
    cause: Cause


def raised(life: Lived, policy: Policy) -> list[Raised]:
    """By instant; within one facts in log order before what time brings; of one fact in the policy's order."""
    found = [occasion for rule in policy.rewards for occasion in _of_rule(rule, life, policy)]
    return sorted(found, key=lambda one: (one.at, one.position is None, one.position or 0))


def _of_rule(rule: RewardRule, life: Lived, policy: Policy) -> Iterator[Raised]:
    match rule.on:
        case OnFirstOrder():
            return _first_order(rule, life, policy)
        case OnEngaged():
            return _engaged(rule, rule.on, life, policy)
        case OnTransition():
            return _transitions(rule, rule.on, life, policy)


def _first_order(rule: RewardRule, life: Lived, policy: Policy) -> Iterator[Raised]:
    """Of those that count from the first such instant on, the first in the log."""
    counted = [order.placed for order in life.ledger.orders if order.counts_at(order.ordered_at, policy)]
    fact = min(counted, key=lambda fact: (fact.acts_at, fact.position), default=None)
    if fact is not None and fact.acts_at <= life.until:
        cause = {"type": "order", "event_id": fact.event_id}
        yield Raised(rule, ("first_order",), fact.acts_at, fact.position, cause)


def _engaged(rule: RewardRule, on: OnEngaged, life: Lived, policy: Policy) -> Iterator[Raised]:
    for position, event in engagements(life.life.entries, policy):
        at, event_id = instant(event), event["event_id"]
        if at <= life.until and on.matches(event["kind"], event.get("rating")):
            yield Raised(rule, ("engaged", event_id), at, position, {"type": "engagement", "event_id": event_id})


def _transitions(rule: RewardRule, on: OnTransition, life: Lived, policy: Policy) -> Iterator[Raised]:
    for move in life.moves:
        turned = turn(move, policy)
        if on.matches(turned.from_, turned.to, turned.direction, turned.cause["type"]):
            position = max((fact.position for fact in move.acting), default=None)
            yield Raised(rule, ("transition", move.at, turned.from_, turned.to), move.at, position, turned.cause)
