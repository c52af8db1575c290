"""What a policy says about rewards: on which occasions which rule gives what, how often, and what is said with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from schemas.limits import Cap, Limit
from schemas.reward_occasions import On
from schemas.rewards import Give, Points
from schemas.when import When

Clawback = Literal["never", "full", "unredeemed"]
"""What is taken back when an occasion is undone: nothing; all of it; what has not been redeemed."""
NONE: Final = "none"
"""The offer of a table that is none: nothing is given, and nobody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Who may have it: all that is given must hold where she stands when the occasion has come; None = everybody."""

    segments: frozenset[str] | None = None
    countries: frozenset[str] | None = None
    consents: frozenset[str] = frozenset()
    """All of these."""
    lists: frozenset[str] | None = None
    """On one of these."""
    not_on_lists: frozenset[str] = frozenset()
    """On none of these."""
    channels: frozenset[str] | None = None
    """Her preferred channel."""
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """What one grant takes from a budget."""

    budget: str
    cost: int
    """In what the budget counts: minor units, or 1 where it counts grants."""
    until: int | None = None
    """The last instant (epoch ms) whose occasions the budget pays for; None = it has no end."""
    waits: bool = False
    """Whether an occasion waits for money when the budget has been spent, as long as the budget has not ended."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is said with a reward: the template, and the channels in the order of preference."""

    template: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardRule:
    """One rule of the policy."""

    id: str
    on: On | None
    """None: only journeys give it."""
    give: Give | None
    """None: only its message is asked for, or there are offers."""
    offers: "Offers | None" = None
    """What it chooses from; what it gives then is its offer's."""
    offer: str = ""
    """The name of the offer that it is with; empty: it is with none."""
    price: int | None = None
    """What one costs the shop, in minor units of the policy's currency; None = unknown. Nothing is decided by it."""
    expires_ms: int | None = None
    limit: Limit | None = None
    message: Message | None = None
    starts: str | None = None
    """The journey on which a customer sets out; such a rule gives and says nothing."""
    conditions: Conditions | None = None
    held_out: int = 0
    """Customers whose place (see `schemas.digests.holdout_place`) lies below this are given nothing; 0 = all are."""
    experiment: str | None = None
    """What places are drawn for: rules that name the same leave out the same customers; None = the rule alone."""
    variant: str | None = None
    """Which variant of a rule this is; None = the rule itself."""
    variants: tuple["Variant", ...] = ()
    """What is given instead to whom it falls to; ascending."""
    remind_ms: tuple[int, ...] = ()
    """How long before it expires she is reminded, the longest first."""
    clawback: Clawback = "never"
    chance: int | None = None
    """Occasions whose place (see `schemas.digests.chance_place`) lies below this are lucky; None = all are."""
    cooldown_ms: int | None = None
    """So long after a grant a move between the same two segments brings nothing."""
    priority: int = 0
    """Of the rules due at one instant those of higher priority are decided first, where caps bind any."""
    caps: tuple[Cap, ...] = ()
    """The caps that it shares with others."""
    draws: Draw | None = None
    """The budget that pays for it; None = nobody counts what it costs."""
    late: bool = False
    """Whether late transitions to segments that she has left since are occasions too."""

    @property
    def keeps_account(self) -> bool:
        """Whether anything becomes of a grant: its points are spent, it expires, it may be taken back."""
        if self.offers is not None:
            return any(rule.keeps_account for rule in self.offers.rules.values())
        own = isinstance(self.give, Points) or self.expires_ms is not None or self.clawback != "never"
        return own or any(variant.rule.keeps_account for variant in self.variants)

    @property
    def expires(self) -> bool:
        """Whether anything that it gives does."""
        if self.offers is not None:
            return any(rule.expires for rule in self.offers.rules.values())
        return self.expires_ms is not None or any(variant.rule.expires for variant in self.variants)


@dataclass(frozen=True, slots=True)
class Variant:
    """The customers whose place (see `schemas.digests.variant_place`) lies below this, and not below one before."""

    below: int
    rule: RewardRule
    """The rule as it is for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What a rule chooses from: by the move that is its occasion, or in turn."""

    rules: Mapping[str, RewardRule]
    """By the name of each offer the rule as it is with that one."""
    table: Mapping[tuple[str | None, str | None], str] = field(default_factory=dict)
    """By the segments from and to which a move leads the name of an offer, or NONE."""
    otherwise: str = NONE
    """The same for what the table does not name."""
    turns: tuple[str, ...] = ()
    """Offers that are given in turn; empty: the table chooses."""
