"""A life in, every occasion it gives a reward rule out, in the order in which they are decided."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .course import Cause
from .engagement import engagements
from .moves import Lived
from .orders import instant
from .policy import Policy
from .reward_rules import (
    OnAnniversary,
    OnCadence,
    OnEngaged,
    OnFirstOrder,
    OnNthOrder,
    OnOrderValue,
    OnStay,
    OnTransition,
    RewardRule,
)
from .time_occasions import anniversaries, silences, stays

Occasion = tuple[str | int | None, ...]  # kind, then what tells it from others of the kind


@dataclass(frozen=True, slots=True)
class Raised:
    """`position` is that of the fact that raised it; None = time did."""

    rule: RewardRule
    occasion: Occasion
    at: int
    position: int | None
    cause: Cause


def raised(life: Lived, policy: Policy) -> list[Raised]:
    """By instant; within one facts in log order before what time brings; of one fact in the policy's order.

    What came before `silent_until` pays nothing.
    """
    found = [occasion for rule in policy.rewards for occasion in _of_rule(rule, life, policy)]
    found = [one for one in found if _meant(one, life)]
    heard = [one for one in found if policy.silent_until is None or one.at >= policy.silent_until]
    return sorted(heard, key=lambda one: (one.at, one.position is None, one.position or 0))


def _of_rule(rule: RewardRule, life: Lived, policy: Policy) -> Iterator[Raised]:
    match rule.on:
        case OnFirstOrder():
            return _first_order(rule, life, policy)
        case OnNthOrder(number):
            return _nth_order(rule, number, life, policy)
        case OnOrderValue():
            return _order_value(rule, rule.on, life, policy)
        case OnEngaged():
            return _engaged(rule, rule.on, life, policy)
        case OnTransition():
            return _transitions(rule, rule.on, life)
        case OnStay():
            return _timed(rule, "stay", stays(rule.on, life))
        case OnAnniversary():
            return _timed(rule, "anniversary", anniversaries(rule.on, life))
        case OnCadence():
            return _timed(rule, "cadence", silences(rule.on, life))


def _timed(rule: RewardRule, due: str, found: Iterable[tuple[str, int]]) -> Iterator[Raised]:
    for name, at in found:
        yield Raised(rule, (due, name), at, None, {"type": "time", "due": due})


def _meant(one: Raised, life: Lived) -> bool:
    stood = [step.stand.segment for step in life.steps if step.at <= one.at]
    segment = stood[-1] if stood else None
    ordered = one.rule.frequency_min == 0 or life.course.history.at(one.at).frequency >= one.rule.frequency_min
    return ordered and (one.rule.segments is None or segment in one.rule.segments)


def _first_order(rule: RewardRule, life: Lived, policy: Policy) -> Iterator[Raised]:
    """Of those that count from the first such instant on, the first in the log."""
    counted = [order.placed for order in life.ledger.orders if order.counts_at(order.ordered_at, policy)]
    fact = min(counted, key=lambda fact: (fact.acts_at, fact.position), default=None)
    if fact is not None and fact.acts_at <= life.until:
        cause = {"type": "order", "event_id": fact.event_id}
        yield Raised(rule, ("first_order",), fact.acts_at, fact.position, cause)


def _nth_order(rule: RewardRule, number: int, life: Lived, policy: Policy) -> Iterator[Raised]:
    """Of those that act at the instant and count, by the log, the one that brings the count to the number."""
    orders = life.ledger.orders
    for t in sorted({t for order in orders for t in order.instants() if t <= life.until}):
        before = sum(order.counts_at(t - 1, policy) for order in orders)
        came = [order.placed for order in orders if order.placed.acts_at == t and order.counts_at(t, policy)]
        if before < number <= sum(order.counts_at(t, policy) for order in orders):
            fact = sorted(came, key=lambda fact: fact.position)[number - before - 1]
            cause = {"type": "order", "event_id": fact.event_id}
            yield Raised(rule, ("nth_order", f"order {number}"), t, fact.position, cause)


def _order_value(rule: RewardRule, on: OnOrderValue, life: Lived, policy: Policy) -> Iterator[Raised]:
    for order in life.ledger.orders:
        fact, ignored = order.placed, policy.zero_value == "ignore" and order.total_minor == 0
        if (
            fact.acts_at <= life.until
            and order.known_minor is not None
            and not ignored
            and on.matches(order.known_minor)
        ):
            cause = {"type": "order", "event_id": fact.event_id}
            yield Raised(rule, ("order_value", fact.event_id), fact.acts_at, fact.position, cause)


def _engaged(rule: RewardRule, on: OnEngaged, life: Lived, policy: Policy) -> Iterator[Raised]:
    for position, event in engagements(life.life.entries, policy):
        at, event_id = instant(event), event["event_id"]
        if at <= life.as_of and on.matches(event["kind"], event.get("rating")):
            yield Raised(rule, ("engaged", event_id), at, position, {"type": "engagement", "event_id": event_id})


def _transitions(rule: RewardRule, on: OnTransition, life: Lived) -> Iterator[Raised]:
    for move in life.moves():
        from_, to, direction, cause = move.turn
        if not move.silent and on.matches(from_, to, direction, cause["type"]):
            position = max((fact.position for fact in move.acting), default=None)
            yield Raised(rule, ("transition", move.at, from_, to), move.at, position, cause)
