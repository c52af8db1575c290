"""An occasion in; what the rules of the policy give for it out: granted or withheld, once for ever."""

from collections.abc import Iterator
from typing import NamedTuple

from agents.decisions.customer import Customer
from agents.decisions.explaining import direction
from agents.decisions.moves import Move
from schemas.digests import reward_id, transition_id
from schemas.facts import Engaged
from schemas.policy import Policy
from schemas.reward_rules import Message, OnEngaged, OnTransition, RewardRule
from schemas.rows import OccasionRow
from schemas.transitions import Cause

FIRST_ORDER = "first_order"
NAMED_ONLY = frozenset({"erasure", "drift", "policy"})
"""Causes of moves that are no occasion unless a rule names them: the customer did nothing, nor did time."""


class Occasion(NamedTuple):
    """What a rule may give for: its identity among the occasions of that rule, and when and why it is one."""

    identity: str
    at: int
    cause: Cause
    move: Move | None = None


class Decided(NamedTuple):
    """What a rule decided on an occasion."""

    customer_id: str
    rule: RewardRule
    reward_id: str
    at: int
    cause: Cause
    granted: bool
    """False: the rule's limit withholds it."""
    channel: str | None
    """Where the rule's message goes; None: it has none, or the customer wants none of its channels."""
    move: Move | None
    """The transition that is the occasion."""


def for_first_order(customer: Customer, at: int, cause: Cause, policy: Policy) -> Iterator[Decided]:
    """Decide the rules that wait for a customer's first counted order."""
    for rule in policy.first_order_rules:
        yield from _decide(customer, rule, Occasion(FIRST_ORDER, at, cause), policy)


def for_engagement(customer: Customer, fact: Engaged, policy: Policy) -> Iterator[Decided]:
    """Decide the rules that wait for an engagement of this kind."""
    cause = Cause(type="engagement", event_id=fact.event_id)
    for rule in policy.engaged_rules.get(fact.kind, ()):
        assert isinstance(rule.on, OnEngaged)
        if _rated(rule.on, fact.rating):
            yield from _decide(customer, rule, Occasion(fact.event_id, int(fact.occurred_at), cause), policy)


def for_move(customer: Customer, move: Move, policy: Policy) -> Iterator[Decided]:
    """Decide the rules that wait for a transition like this one."""
    for rule in policy.transition_rules:
        assert isinstance(rule.on, OnTransition)
        if _fits(rule.on, move, policy):
            identity = transition_id(customer.id, policy.id, move.effective_at, move.from_segment, move.to_segment)
            yield from _decide(customer, rule, Occasion(identity, move.effective_at, move.cause, move), policy)


def _rated(on: OnEngaged, rating: int | None) -> bool:
    if on.rating_min is None and on.rating_max is None:
        return True
    if rating is None:
        return False
    return (on.rating_min is None or rating >= on.rating_min) and (on.rating_max is None or rating <= on.rating_max)


def _fits(on: OnTransition, move: Move, policy: Policy) -> bool:
    return (
        (on.to is None or move.to_segment in on.to)
        and (on.origin is None or move.from_segment in on.origin)
        and (move.cause.type in on.causes if on.causes is not None else move.cause.type not in NAMED_ONLY)
        and (on.direction is None or direction(move.from_segment, move.to_segment, policy) == on.direction)
    )


def _decide(customer: Customer, rule: RewardRule, occasion: Occasion, policy: Policy) -> Iterator[Decided]:
    if occasion.at < (policy.silent_until or 0):  # history pays nothing
        return
    identity = reward_id(customer.id, rule.id, occasion.identity)
    if customer.decided(identity):
        return
    granted = _within_limit(customer, rule, occasion.at)
    customer.occasions[identity] = OccasionRow(occasion.at, rule.id, granted)
    channel = _channel(customer, rule.message) if granted and rule.message is not None else None
    yield Decided(customer.id, rule, identity, occasion.at, occasion.cause, granted, channel, occasion.move)


def _within_limit(customer: Customer, rule: RewardRule, at: int) -> bool:
    """Look at the grants before; one more is noted among them."""
    limit = rule.limit
    if limit is None:
        return True
    grants = customer.row.paid.get(rule.id, [])
    if sum(limit.per_ms is None or at - grant < limit.per_ms for grant in grants) >= limit.times:
        return False
    customer.row.paid[rule.id] = sorted([*grants, at])[-limit.times :]
    return True


def _channel(customer: Customer, message: Message) -> str | None:
    """Choose a channel that she has not refused: the one she prefers, else the first of the rule."""
    profile = customer.profile
    if profile is None:
        return message.channels[0]
    open_to = [channel for channel in message.channels if profile.consents.get(channel) is not False]
    preferred = profile.preferred_channel
    return preferred if preferred in open_to else next(iter(open_to), None)
