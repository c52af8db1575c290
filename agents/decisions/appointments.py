"""A customer in; her appointments out: instants at which rewards have something to do though nothing happens.

Nearly all follow from her row and the policy, so nothing but the next instant is stored of them: `CustomerRow.booked`.
Each kind is a class here, and is kept by `agents.decisions.keeping`.
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from agents.decisions.calendar_days import BELATED, Day, next_day
from agents.decisions.customer import Customer
from agents.decisions.local_time import local_date
from agents.decisions.usual_gap import usual_gap_doubled
from agents.decisions.zones import zone_of
from schemas.loyalty_rows import LoyaltyRow
from schemas.policy import Policy
from schemas.reward_occasions import OnCadence, OnStay
from schemas.reward_rules import RewardRule
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


class GrantDue(NamedTuple):
    """An instant at which she is reminded of a grant, or it expires."""

    at: int
    instant: int
    """Its own: earlier than `at` where the grant came too late for that."""
    reward_id: str


class MessageDue(NamedTuple):
    """An instant at which a message is asked for, the first time or again, or is given up."""

    at: int
    message: str
    """The id of its first request."""


class PaymentDue(NamedTuple):
    """An instant at which the budget is looked at again for which an occasion waits."""

    at: int
    reward_id: str


Appointment = RuleDue | StepOver | GrantDue | MessageDue | PaymentDue


def next_of_rules(customer: Customer, after: int, policy: Policy) -> list[RuleDue]:
    """Give what rules wait for behind an instant, of each kind at least the first, in no order.

    It holds as long as nothing happens.
    """
    on = policy.by_occasion
    if not (customer.row.met and on.by_time):
        return []
    due: list[RuleDue] = []
    if on.stays:
        due += _stays(customer, after, policy)
    if on.birthdays or on.anniversaries:
        due += _days(customer, after, policy)
    if on.cadences:
        due += _silences(customer, after, policy)
    return due


def next_of_loyalty(loyalty: LoyaltyRow, after: int) -> int:
    """Give the first instant behind another at which something that is kept of her is due; 0 = there is none."""
    due = [running.due for running in loyalty.journeys]
    due += [instant for instant, _ in loyalty.expiring[:1]]  # they are in order
    due += [message.due for message in loyalty.messages if message.due]
    due += [unpaid.due for unpaid in loyalty.unpaid]
    return max(min(due), after + 1) if due else 0


def due_of_loyalty(loyalty: LoyaltyRow, at: int) -> list[Appointment]:
    """Give what is due at an instant, or has been since before."""
    due: list[Appointment] = [StepOver(at) for running in loyalty.journeys if running.due <= at]
    due += [GrantDue(at, instant, reward_id) for instant, reward_id in loyalty.expiring if instant <= at]
    due += [MessageDue(at, message.content.id) for message in loyalty.messages if 0 < message.due <= at]
    due += [PaymentDue(at, unpaid.reward) for unpaid in loyalty.unpaid if unpaid.due <= at]
    return due


def _stays(customer: Customer, after: int, policy: Policy) -> Iterator[RuleDue]:
    """A stay that was long enough before its rule was there is none."""
    row = customer.row
    for rule in policy.by_occasion.stays.get(row.segment, ()) if row.segment is not None else ():
        assert isinstance(rule.on, OnStay)
        at = row.moved_at + rule.on.after_ms
        if at > after:
            yield RuleDue(at, rule, "stay", f"stay {row.segment} {row.moved_at}")


def belated(customer: Customer, at: int, policy: Policy) -> Iterator[RuleDue]:
    """Give the days that have begun at or shortly before an instant at which her profile has changed.

    What was kept by the profile before is decided already.
    """
    for due in _days(customer, at - BELATED, policy):
        if due.at <= at:
            yield due._replace(at=at)


def _days(customer: Customer, after: int, policy: Policy) -> Iterator[RuleDue]:
    """Birthdays and anniversaries, where the day begins for her."""
    on, profile = policy.by_occasion, customer.profile
    zone = zone_of(customer, policy)
    if on.birthdays and profile is not None and profile.birthday is not None:
        born = date.fromisoformat(profile.birthday)
        yield from _on(next_day(born, after, zone), "birthday", on.birthdays)
    if on.anniversaries and customer.row.counted:
        came = local_date(customer.row.first, zone)
        yield from _on(next_day(came, after, zone), "anniversary", on.anniversaries)


def _on(day: Day | None, kind: Literal["birthday", "anniversary"], rules: list[RewardRule]) -> Iterator[RuleDue]:
    """By the calendar year it is one occasion, whatever the day becomes."""
    if day is not None:
        for rule in rules:
            yield RuleDue(day.at, rule, kind, f"{kind} {day.year}")


def _silences(customer: Customer, after: int, policy: Policy) -> Iterator[RuleDue]:
    row = customer.row
    doubled = usual_gap_doubled(customer, policy)
    if doubled is None:
        return
    for rule in policy.by_occasion.cadences:
        assert isinstance(rule.on, OnCadence)
        at = row.last + doubled * rule.on.thousandths // 2000 + 1
        if at > after:
            yield RuleDue(at, rule, "cadence", f"cadence {row.last}")
