"""What undoes an occasion in; what its rules take back, and what they give again where it holds after all, out."""

from collections.abc import Sequence
from typing import NamedTuple

from agents.decisions import ledger
from agents.decisions.claims import Claim, order_number
from agents.decisions.customer import Customer
from agents.decisions.entries import Rewarded
from agents.decisions.explaining import cause_type
from agents.decisions.judging import Judge
from agents.decisions.ledger import Undoing
from agents.decisions.moves import Retraction
from agents.decisions.occasions import Occasion
from agents.decisions.rewarding import decide
from schemas.digests import transition_id
from schemas.facts import OrderCancelled, OrderPlaced, OrderRefunded
from schemas.policy import Policy
from schemas.reward_rules import RewardRule
from schemas.rewards import RewardCause
from schemas.rows import OrderRow
from schemas.transitions import Cause

OrderFact = OrderPlaced | OrderCancelled | OrderRefunded


class Acted(NamedTuple):
    """A fact about an order, at the instant at which it acted."""

    at: int
    fact: OrderFact
    again: bool = False
    """Whether it acted before and was taken back for a late one."""


def for_undone_orders(customer: Customer, acted: Sequence[Acted], policy: Policy) -> list[Rewarded]:
    """Take back what the amounts of orders have earned that are cancelled, or refunded in full: that is for ever."""
    taken: list[Rewarded] = []
    rules = [rule for rule in policy.by_occasion.order_values if rule.clawback != "never"]
    for one in acted if rules else ():
        fact = one.fact
        if isinstance(fact, OrderPlaced) or fact.order_id is None:
            continue
        order = customer.known_order(fact.order_id)
        if _is_undone(order):
            taken += _revoked(customer, rules, order.event_id, Undoing(one.at, _cause(fact)))
    return taken


def for_order_count(customer: Customer, acted: Sequence[Acted], judge: Judge) -> list[Rewarded]:
    """Let what orders of a number have earned be hers exactly while so many of her orders count.

    What was taken back and is hers after all is given on a new occasion: an id never pays twice.
    """
    made: list[Rewarded] = []
    for number, rules in judge.policy.by_occasion.numbered.items():
        occasion, holds = order_number(number), customer.row.counted >= number
        last = _last(acted, holds=holds)
        if last is None:
            continue
        cause = _cause(last.fact)
        if not holds:
            made += _revoked(customer, rules, occasion, Undoing(last.at, cause))
            continue
        again = Occasion(occasion, last.at, RewardCause(event_id=cause.event_id, type=cause.type))
        came = [Claim(rule, again, judge) for rule in rules if ledger.was_taken_back(customer, rule, occasion)]
        made += decide(customer, came)
    return made


def for_retraction(customer: Customer, gone: Retraction, policy: Policy) -> list[Rewarded]:
    """Take back what a transition has earned that is not on the timeline any more."""
    identity = transition_id(customer.id, policy.id, gone.effective_at, gone.from_segment, gone.to_segment)
    undoing = Undoing(customer.row.at, gone.cause, identity)
    return _revoked(customer, policy.by_occasion.transitions, identity, undoing)


def _revoked(customer: Customer, rules: Sequence[RewardRule], occasion: str, undoing: Undoing) -> list[Rewarded]:
    found = [ledger.revoke(customer, rule, occasion, undoing) for rule in rules if rule.clawback != "never"]
    return [one for one in found if one is not None]


def _is_undone(order: OrderRow) -> bool:
    return order.cancelled_at is not None or 0 < order.total <= order.refunded


def _last(acted: Sequence[Acted], *, holds: bool) -> Acted | None:
    """Find the newest fact that can explain a count: an order raises it, others lower it; new ones before others."""
    able = [one for one in acted if isinstance(one.fact, OrderPlaced) == holds]
    return max(able, key=lambda one: (not one.again, one.at), default=None)


def _cause(fact: OrderFact) -> Cause:
    return Cause(type=cause_type(fact), event_id=fact.event_id)
