"""Rewards as they leave: what a customer is given and why, or why not.

Fields stand in wire order (alphabetical), so that the bytes are canonical.
"""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from schemas.budgets import Unit
from schemas.facts import Money
from schemas.transitions import Cause, CauseType, Due, PolicyRef


class Points(Struct, frozen=True, gc=False, tag_field="kind", tag="points"):
    """So many points of the loyalty programme."""

    points: int


class Gift(Struct, frozen=True, gc=False, tag_field="kind", tag="gift"):
    """A thing to send."""

    sku: str


class Discount(Struct, frozen=True, gc=False, tag_field="kind", tag="discount"):
    """A lower price, once: so much off, or a share of it; the other one is None."""

    off: Money | None
    percent: str | None
    """A decimal number over 0 and at most 100, such as 12.5."""


class FreeShipping(Struct, frozen=True, gc=False, tag_field="kind", tag="free_shipping"):
    """An order sent for nothing."""


class EarlyAccess(Struct, frozen=True, gc=False, tag_field="kind", tag="early_access"):
    """An offer before others have it."""

    offer: str


class Invitation(Struct, frozen=True, gc=False, tag_field="kind", tag="invitation"):
    """She may come: to an event, into a club."""

    to: str


class Letter(Struct, frozen=True, gc=False, tag_field="kind", tag="letter"):
    """A letter on paper."""

    letter: str


Give = Points | Gift | Discount | FreeShipping | EarlyAccess | Invitation | Letter
WithheldReason = Literal["country", "consent", "chance", "holdout", "limit", "cooldown", "cap", "budget"]
"""Why she gets nothing, the first that holds: her profile names no country that the rule is for, or does not consent
to all that it asks for; the rule is a surprise, and this occasion is not among the lucky ones; she is among those who
are left out, to measure what the rule does; she has had as many as it allows; she has been given something for such a
move too lately; she has had as many as a cap over several rules allows; its budget is spent or has ended.
"""
Refusal = Literal[WithheldReason, "none"]
"""The same, or `none`: the rule's table has nothing for such a move, which is told to nobody."""


TimeDue = Literal["stay", "birthday", "anniversary", "cadence", "brink"]
"""What of the reward side falls due though nothing happens."""


class RewardCause(Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """Why there is an occasion: what moved her or would have, or for `time` the kind of instant that came."""

    due: Literal[Due, TimeDue] | None = None
    event_id: str | None = None
    type: Literal[CauseType, "time"]


class BudgetPart(Struct, frozen=True, gc=False):
    """What a reward takes from a budget, or gives back; amounts are in what the budget counts."""

    budget: str
    cost: int
    limit: int
    """What the budget has in all, by the policy that decided."""
    unit: Unit


class RewardGranted(Struct, frozen=True, gc=False, kw_only=True, rename={"from_segment": "from"}):
    """A reward is hers. `reward_id` is derived from customer, rule and occasion: one occasion never pays twice.

    `from` and `to` are of the transition that is its occasion, `variant` is the rule's. All three are unset in records
    of an earlier version. One that had to wait for its budget is hers from the instant on at which it was paid.
    """

    cause: RewardCause
    customer_id: str
    detected_at: int | UnsetType
    """When the processor saw it; unset in a simulation. So in all of them."""
    effective_at: int
    expires_at: int | None
    from_segment: str | UnsetType | None = UNSET
    give: Give
    paid_by: BudgetPart | UnsetType = UNSET
    """Not there where no budget has paid."""
    policy: PolicyRef
    reward_id: str
    rule: str
    to: str | UnsetType | None = UNSET
    transition_id: str | None
    variant: str | UnsetType | None = UNSET


class RewardWithheld(Struct, frozen=True, gc=False, kw_only=True, rename={"from_segment": "from"}):
    """A reward that the rule would have given, and why it did not.

    `give` and `variant` are what it would have been; a rule that only asks for a message gives None. Both, and `from`
    and `to`, are unset in records of an earlier version.
    """

    budget: str | UnsetType = UNSET
    """The budget that could not pay; not there where that is not the reason."""
    cause: RewardCause
    customer_id: str
    detected_at: int | UnsetType
    effective_at: int
    from_segment: str | UnsetType | None = UNSET
    give: Give | UnsetType | None = UNSET
    policy: PolicyRef
    reason: WithheldReason
    reward_id: str
    rule: str
    to: str | UnsetType | None = UNSET
    transition_id: str | None
    variant: str | UnsetType | None = UNSET


class RewardReminder(Struct, frozen=True, gc=False):
    """A reward that is not redeemed expires in `lead_ms`; `points` are what is left of it, None = it gave none."""

    customer_id: str
    detected_at: int | UnsetType
    effective_at: int
    expires_at: int
    lead_ms: int
    points: int | None
    policy: PolicyRef
    reward_id: str
    rule: str


class RewardExpired(Struct, frozen=True, gc=False):
    """A reward, or what was left of its points, is gone: it was not redeemed in time."""

    customer_id: str
    detected_at: int | UnsetType
    effective_at: int
    points: int | None
    """What leaves the balance; None = it gave no points."""
    policy: PolicyRef
    reward_id: str
    rule: str


class RewardRevoked(Struct, frozen=True, gc=False, kw_only=True):
    """A reward is taken back, because its occasion was undone; `cause` is what undid it."""

    cause: Cause
    customer_id: str
    detected_at: int | UnsetType
    effective_at: int
    points: int | None
    """What is taken from the balance, which may fall below 0; None = it gave no points."""
    policy: PolicyRef
    returned_to: BudgetPart | UnsetType = UNSET
    """The budget that has its cost back, as nobody had used it; not there where none has."""
    reward_id: str
    rule: str
    transition_id: str | None
