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


class StepOver(NamedTuple):
    """The end of a step of a journey: when it is to be noticed, which may be later than it was."""

    at: int


Appointment = RuleDue | StepOver


def upcoming(customer: Customer, after: int, policy: Policy) -> Iterator[Appointment]:
    """Give the next appointments behind an instant, of each kind at least the first, in no order.

    They hold as long as nothing happens.
    """
    yield from _steps(customer, after)
    if customer.row.met:
        yield from _stays(customer, after, policy)


def next_instant(customer: Customer, after: int, policy: Policy) -> int:
    """Give the instant of the next appointment; 0 = there is none."""
    return min((appointment.at for appointment in upcoming(customer, after, policy)), default=0)


def _steps(customer: Customer, after: int) -> Iterator[StepOver]:
    loyalty = customer.loyalty
    for running in loyalty.journeys if loyalty is not None else ():
        yield StepOver(max(running.due, after + 1))


def _stays(customer: Customer, after: int, policy: Policy) -> Iterator[RuleDue]:
    """A stay that was long enough before its rule was there is none."""
    row = customer.row
    for rule in policy.stay_rules.get(row.segment, ()) if row.segment is not None else ():
        assert isinstance(rule.on, OnStay)
        at = row.moved_at + rule.on.after_ms
        if at > after:
            yield RuleDue(at, rule, "stay", f"stay {row.segment} {row.moved_at}")
