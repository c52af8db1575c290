"""A customer in; her appointments out: instants at which rewards have something to do though nothing happens.

Nearly all follow from her row and the policy, so nothing but the next instant is stored of them: `CustomerRow.booked`.
Each kind is a class here, and is kept by `agents.decisions.keeping`.
"""

from datetime import date
from typing import NamedTuple

from mypy_extensions import mypyc_attr

from agents.decisions.calendar_days import BELATED, next_day
from agents.decisions.customer import Customer
from agents.decisions.local_time import local_date
from agents.decisions.usual_gap import usual_gap_doubled
from agents.decisions.zones import zone_of
from schemas.loyalty_rows import LoyaltyRow
from schemas.policy import Policy
from schemas.reward_occasions import OnCadence, OnStay
from schemas.reward_rules import RewardRule
from schemas.rewards import TimeDue


@mypyc_attr(acyclic=True, free_list_len=1)
class RuleDue:
    """An instant that a reward rule waits for; every order makes some, and hardly one is kept."""

    __slots__ = ("_of", "_segment", "at", "kind", "rule")

    def __init__(self, at: int, rule: RewardRule, kind: TimeDue, of: int, segment: str = "") -> None:
        """`of`, `segment`: what tells it from other occasions of that rule."""
        self.at = at
        self.rule = rule
        self.kind = kind
        self._of = of
        self._segment = segment

    @property
    def identity(self) -> str:
        """What makes it one occasion of that rule."""
        return f"{self.kind} {self._segment} {self._of}" if self._segment else f"{self.kind} {self._of}"

    def moved_to(self, at: int) -> "RuleDue":
        """Give the same occasion at another instant."""
        return RuleDue(at, self.rule, self.kind, self._of, self._segment)


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
        _add_stays(due, customer, after, policy)
    if on.birthdays or on.anniversaries:
        _add_days(due, customer, after, policy)
    if on.cadences:
        _add_silences(due, customer, after, policy)
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


def belated(customer: Customer, at: int, policy: Policy) -> list[RuleDue]:
    """Give the days that have begun at or shortly before an instant at which she is met, or her profile has changed.

    What was kept by the profile before is decided already.
    """
    days: list[RuleDue] = []
    _add_days(days, customer, at - BELATED, policy)
    return [day.moved_to(at) for day in days if day.at <= at]


def _add_stays(due: list[RuleDue], customer: Customer, after: int, policy: Policy) -> None:
    """A stay that was long enough before its rule was there is none."""
    row = customer.row
    segment = row.segment
    if segment is None:
        return
    for rule in policy.by_occasion.stays.get(segment, ()):
        assert isinstance(rule.on, OnStay)
        at = row.moved_at + rule.on.after_ms
        if at > after:
            due.append(RuleDue(at, rule, "stay", row.moved_at, segment))


def _add_days(due: list[RuleDue], customer: Customer, after: int, policy: Policy) -> None:
    """Birthdays and anniversaries, where the day begins for her; by the year each is one, whatever the day becomes."""
    on, profile = policy.by_occasion, customer.profile
    zone = zone_of(customer, policy)
    if on.birthdays and profile is not None and profile.birthday is not None:
        day = next_day(date.fromisoformat(profile.birthday), after, zone)
        if day is not None:
            due += [RuleDue(day.at, rule, "birthday", day.year) for rule in on.birthdays]
    if on.anniversaries and customer.row.counted:
        day = next_day(local_date(customer.row.first, zone), after, zone)
        if day is not None:
            due += [RuleDue(day.at, rule, "anniversary", day.year) for rule in on.anniversaries]


def _add_silences(due: list[RuleDue], customer: Customer, after: int, policy: Policy) -> None:
    row = customer.row
    doubled = usual_gap_doubled(customer, policy)
    if doubled is None:
        return
    for rule in policy.by_occasion.cadences:
        assert isinstance(rule.on, OnCadence)
        at = row.last + doubled * rule.on.thousandths // 2000 + 1
        if at > after:
            due.append(RuleDue(at, rule, "cadence", row.last))
