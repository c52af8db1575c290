"""What becomes of a grant: reminders, expiry, redemption and taking back, each as it is told and accounted."""

from msgspec import Struct

from agents.decisions.occasions import Decided
from schemas.transitions import Cause


class Reminded(Struct, frozen=True, gc=False):
    """What is left of a reward expires in `lead_ms`."""

    customer_id: str
    rule_id: str
    reward_id: str
    at: int
    expires_at: int
    points: int | None
    """Left of it; None = it gave no points. So in all entries."""

    @property
    def lead_ms(self) -> int:
        """How long before it expires."""
        return self.expires_at - self.at


class Expired(Struct, frozen=True, gc=False):
    """What was left of a reward is gone."""

    customer_id: str
    rule_id: str
    reward_id: str
    at: int
    points: int | None


class Redeemed(Struct, frozen=True, gc=False):
    """A customer spent points, or had what she was given. It is a fact, so nobody is told."""

    customer_id: str
    rule_id: str
    reward_id: str
    at: int
    points: int | None
    event_id: str


class Void(Struct, frozen=True, gc=False):
    """A redemption of what she has not: no such grant is known, or nothing is left of it. Nobody is told."""

    customer_id: str
    rule_id: str
    """Empty where no such grant is known."""
    reward_id: str
    at: int
    event_id: str


class Revoked(Struct, frozen=True, gc=False):
    """A reward is taken back; `points` are what the balance loses, also of those that were spent."""

    customer_id: str
    rule_id: str
    reward_id: str
    at: int
    points: int | None
    cause: Cause
    transition_id: str | None
    budget: str = ""
    """What has its cost back; empty = no budget has."""
    cost: int = 0


Entry = Reminded | Expired | Redeemed | Void | Revoked
Rewarded = Decided | Entry
"""Everything that the reward side makes of a customer's life, in the order in which it does."""
