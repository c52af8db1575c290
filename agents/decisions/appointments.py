"""A customer in; her appointments out: instants at which rewards have something to do though nothing happens.

Nearly all follow from her row and the policy, so nothing but the next instant is stored of them: `CustomerRow.booked`.
Each kind is a class here with its part of `upcoming`, and is kept by `agents.decisions.keeping`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from agents.decisions.customer import Customer
from schemas.policy import Policy
from schemas.reward_rules import OnStay, RewardRule
from schemas.rewards import TimeDue


class RuleDue(NamedTuple):
    """An instant that a reward rule waits for."""

    at: int
    rule: RewardRule
    kind: TimeDue
    identity: str
    """What makes it one occasion of that rule."""


class GrantDue(NamedTuple):
    """An instant at which she is reminded of a grant, or it expires."""

    at: int
    instant: int
    """Its own: earlier than `at` where the grant came too late for that."""
    reward_id: str


Appointment = RuleDue | GrantDue


def upcoming(customer: Customer, after: int, policy: Policy) -> Iterator[Appointment]:
    """Give the next appointments behind an instant, of each kind at least the first, in no order.

    They hold as long as nothing happens.
    """
    if customer.row.met:
        yield from _stays(customer, after, policy)
    yield from _grants(customer, after)


def next_instant(customer: Customer, after: int, policy: Policy) -> int:
    """Give the instant of the next appointment; 0 = there is none."""
    return min((appointment.at for appointment in upcoming(customer, after, policy)), default=0)


def _grants(customer: Customer, after: int) -> Iterator[GrantDue]:
    loyalty = customer.loyalty
    for instant, reward_id in loyalty.expiring if loyalty is not None else ():
        yield GrantDue(max(instant, after + 1), instant, reward_id)


def _stays(customer: Customer, after: int, policy: Policy) -> Iterator[RuleDue]:
    """A stay that was long enough before its rule was there is none."""
    row = customer.row
    for rule in policy.stay_rules.get(row.segment, ()) if row.segment is not None else ():
        assert isinstance(rule.on, OnStay)
        at = row.moved_at + rule.on.after_ms
        if at > after:
            yield RuleDue(at, rule, "stay", f"stay {row.segment} {row.moved_at}")
