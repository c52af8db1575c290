"""Messages and alerts as they leave: what is to be said to a customer, and what people of the shop have to know.

Fields stand in wire order (alphabetical), so that the bytes are canonical.
"""

from typing import Literal

from msgspec import Struct

from schemas.budgets import Unit
from schemas.rewards import RewardCause
from schemas.transitions import PolicyRef

Fields = dict[str, str | int | list[str]]
"""What a template may name, by the name of the field."""
Gone = Literal["revoked", "expired"]
"""What has become of a reward that is not hers any more."""


class MessageRequested(Struct, frozen=True, gc=False):
    """What a messaging system is asked to send; `fields` are for its template, never a name or an address.

    A rule's message has `rule` and `reward_id`, one of a journey has `journey` and `step`.
    """

    attempt: int
    """How often it has been asked for on this channel, this time included."""
    channel: str
    customer_id: str
    effective_at: int
    fallback: list[str]
    """Other channels that she has not refused, to be tried one after another; none where Segue itself does that."""
    fields: Fields
    journey: str | None
    message_id: str
    not_before: int
    original_id: str | None
    """The message of which this is one more request; None = it is the first."""
    policy: PolicyRef
    reward_id: str | None
    rule: str | None
    step: str | None
    template: str


class MessageWithheld(Struct, frozen=True, gc=False):
    """A message that is not asked for: nothing is to be sent, or not again.

    One of a journey has `journey` and `step`, a rule's has `rule` and `reward_id`.
    """

    customer_id: str
    effective_at: int
    journey: str | None
    message_id: str | None
    """That of its first request; None = it was never asked for."""
    policy: PolicyRef
    reason: Literal["cap"] | Gone
    reward_id: str | None
    rule: str | None
    step: str | None
    template: str
    withheld_id: str


class MessageUndeliverable(Struct, frozen=True, gc=False):
    """A message has failed on every channel; `reason` is that of the last failure."""

    alert_id: str
    channels: list[str]
    customer_id: str
    detected_at: int
    effective_at: int
    journey: str | None
    message_id: str
    """That of its first request."""
    policy: PolicyRef
    reason: str
    reward_id: str | None
    rule: str | None
    step: str | None
    template: str


class SupportAlert(Struct, frozen=True, gc=False):
    """Somebody should look after a customer; `alert` is what the policy calls it."""

    alert: str
    alert_id: str
    cause: RewardCause
    customer_id: str
    detected_at: int
    effective_at: int
    journey: str
    policy: PolicyRef
    segment: str | None
    step: str


class BudgetAlert(Struct, frozen=True, gc=False):
    """A share of a budget is spent, or for `breaker` nothing can be paid of it any more."""

    alert: Literal["share", "breaker"]
    alert_id: str
    budget: str
    effective_at: int
    limit: int
    policy: PolicyRef
    share: str | None
    """Such as 80%; None for the breaker."""
    spent: int
    unit: Unit
