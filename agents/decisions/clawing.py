"""What undoes an occasion in; what its rules take back, and what they give again where it holds after all, out."""

from collections.abc import Sequence
from typing import NamedTuple

from agents.decisions import ledger
from agents.decisions.claims import Claim, number_of, order_number
from agents.decisions.customer import Customer
from agents.decisions.entries import Revoked, Rewarded
from agents.decisions.explaining import cause_type
from agents.decisions.in_force import InForce
from agents.decisions.judging import Judge
from agents.decisions.moves import Move, Retraction
from agents.decisions.occasion_matching import move as matches
from agents.decisions.occasions import Occasion
from agents.decisions.revoking import (
    Undoing,
    hang_on,
    held_by_number,
    held_from_before,
    held_of_order,
    held_on,
    revoke_all,
)
from agents.decisions.rewarding import decide
from agents.decisions.undone_orders import is_undone
from schemas.digests import transition_id
from schemas.facts import OrderCancelled, OrderPlaced, OrderRefunded
from schemas.policy import Policy
from schemas.reward_occasions import OnTransition
from schemas.reward_rules import RewardRule
from schemas.rewards import RewardCause
from schemas.transitions import Cause

OrderFact = OrderPlaced | OrderCancelled | OrderRefunded


class Acted(NamedTuple):
    """A fact about an order, at the instant at which it acted."""

    at: int
    fact: OrderFact
    again: bool = False
    """Whether it acted before and was taken back for a late one."""


def for_acted(customer: Customer, acted: Sequence[Acted], judge: Judge) -> list[Rewarded]:
    """Take back what facts about orders have undone, and give again what their count earns after all."""
    undoings = [one for one in acted if not isinstance(one.fact, OrderPlaced)]
    return _for_undone_orders(customer, undoings, judge.policy) + _for_order_count(customer, acted, judge)


def _for_undone_orders(customer: Customer, undoings: Sequence[Acted], policy: Policy) -> list[Rewarded]:
    """Take back what orders have caused that are cancelled, or refunded in full: that is for ever."""
    taken: list[Rewarded] = []
    for event_id, one in _undone(customer, undoings).items() if undoings else ():
        grants = held_of_order(customer, event_id)
        grants += held_from_before(customer, policy.by_occasion.order_values, event_id)
        taken += revoke_all(customer, grants, Undoing(one.at, _cause(one.fact)), policy)
    return taken


def _undone(customer: Customer, undoings: Sequence[Acted]) -> dict[str, Acted]:
    """Give the event ids of the orders that are undone, with what has undone each: the last that is new, if any is."""
    undone: dict[str, Acted] = {}
    for one in undoings:
        order_id = one.fact.order_id
        order = customer.known_order(order_id) if order_id is not None else None
        if (
            order is not None
            and is_undone(order)
            and (not one.again or order.event_id not in undone or undone[order.event_id].again)
        ):
            undone[order.event_id] = one
    return undone


def _for_order_count(customer: Customer, acted: Sequence[Acted], judge: Judge) -> list[Rewarded]:
    """Let what orders of a number have earned be hers exactly while so many of her orders count.

    What was taken back and is hers after all is given on a new occasion: an id never pays twice.
    """
    made: list[Rewarded] = []
    counted, policy = customer.row.counted, judge.policy
    placed, lowered = _last(acted, placed=True), _last(acted, placed=False)
    if placed is not None:
        for number, rules in policy.by_occasion.numbered.items():
            made += _give_again(customer, rules, order_number(number), placed, judge) if number <= counted else ()
    if lowered is None:
        return made
    too_many = [grant for grant in held_by_number(customer) if number_of(grant.how.occasion) > counted]
    for number, rules in policy.by_occasion.numbered.items():
        too_many += held_from_before(customer, rules, order_number(number)) if number > counted else ()
    return made + revoke_all(customer, too_many, Undoing(lowered.at, _cause(lowered.fact)), policy)


def _give_again(
    customer: Customer, rules: Sequence[RewardRule], occasion: str, placed: Acted, judge: Judge
) -> list[Rewarded]:
    cause = RewardCause(event_id=placed.fact.event_id, type="order")
    again = Occasion(occasion, placed.at, cause)
    came = [Claim(rule, again, judge) for rule in rules if ledger.was_taken_back(customer, rule, occasion)]
    return [*decide(customer, came)]


def for_retractions(customer: Customer, gone: Sequence[Retraction], in_force: InForce) -> list[Revoked]:
    """Take back what transitions have earned that are not on the timeline any more."""
    taken: list[Revoked] = []
    for one in gone:
        policy = in_force.policy_at(one.effective_at)
        identity = transition_id(customer.id, policy.id, one.effective_at, one.from_segment, one.to_segment)
        theirs = held_on(customer, identity)
        theirs += held_from_before(customer, policy.by_occasion.transitions, identity)
        taken += revoke_all(customer, theirs, Undoing(customer.row.at, one.cause, identity), policy)
    return taken


def for_other_causes(customer: Customer, moves: Sequence[tuple[Move, Cause]], in_force: InForce) -> list[Revoked]:
    """Note of moves that stand what causes them now that a late fact is known: that order's undoing undoes them.

    A rule that waits for another cause takes back what it gave.
    """
    taken: list[Revoked] = []
    for move, late in moves:
        policy = in_force.policy_at(move.effective_at)
        identity = transition_id(customer.id, policy.id, move.effective_at, move.from_segment, move.to_segment)
        for grant in held_on(customer, identity):
            rule = policy.reward(grant.row.rule)
            if rule is not None and isinstance(rule.on, OnTransition) and not matches(rule.on, move, policy):
                taken += revoke_all(customer, [grant], Undoing(customer.row.at, late, identity), policy)
            else:
                hang_on(customer, grant.reward_id, (move.cause.event_id or "") if move.cause.type == "order" else "")
    return taken


def _last(acted: Sequence[Acted], *, placed: bool) -> Acted | None:
    """Find the newest fact that can explain a count: an order raises it, others lower it; new ones before others."""
    able = [one for one in acted if isinstance(one.fact, OrderPlaced) == placed]
    return max(able, key=lambda one: (not one.again, one.at), default=None)


def _cause(fact: OrderFact) -> Cause:
    return Cause(type=cause_type(fact), event_id=fact.event_id)
