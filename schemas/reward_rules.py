"""What a policy says about rewards: on which occasions which rule gives what, how often, and what is said with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from schemas.limits import Cap, Limit
from schemas.rewards import Give, Points
from schemas.transitions import CauseType, Direction
from schemas.when import When


@dataclass(frozen=True, slots=True, kw_only=True)
class OnFirstOrder:
    """A customer's first counted order; once in her life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnNthOrder:
    """The order with which so many of a customer's orders count; once in her life."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnOrderValue:
    """An order whose amount is known in the policy's currency and lies within these bounds, in minor units, inclusive.

    Each order is an occasion when it is placed, if it counts then; what becomes of it later is nothing to this.
    """

    min_minor: int | None = None
    max_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnEngaged:
    """An engagement of a kind, each event an occasion; a rating bound is inclusive and wants a rating."""

    kind: str
    rating_min: int | None = None
    rating_max: int | None = None
    answers: frozenset[str] | None = None
    """Only with one of these answers; None = with any, or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTransition:
    """A transition that fits everything that is given; None fits all, but an erasure is no occasion unless named."""

    to: frozenset[str] | None = None
    origin: frozenset[str] | None = None
    direction: Direction | None = None
    causes: frozenset[CauseType] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTurn:
    """What a score comes to be at an instant: within inclusive bounds, and so many points less or more than before."""

    low: int | None = None
    high: int | None = None
    fell: int | None = None
    rose: int | None = None


@dataclass(frozen=True, slots=True)
class OnScores:
    """Scores that change at one instant so that all that is given fits.

    Where nothing is to fall or rise, what was before must not have fitted. New cut points, another policy and an
    erasure are no occasion.
    """

    r: ScoreTurn | None = None
    f: ScoreTurn | None = None
    m: ScoreTurn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBrink:
    """The announcement of a move down that fits everything that is given."""

    to: frozenset[str] | None = None
    origin: frozenset[str] | None = None
    lead_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBrinkCleared:
    """The clearing of an announcement by what the customer did: not by new cut points, a new policy or an erasure."""

    to: frozenset[str] | None = None
    origin: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class OnBirthday:
    """The first moment of her birthday in her time zone; once a calendar year. 29 February falls on the 28th else."""


@dataclass(frozen=True, slots=True)
class OnAnniversary:
    """The same of the day of her first counted order, in later years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCadence:
    """No order for more than so many thousandths of her usual gap; each such silence is one occasion."""

    thousandths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnStay:
    """A customer has been in a segment for so long without leaving it; each stay is one occasion."""

    segment: str
    after_ms: int


OnTime = OnStay | OnBirthday | OnAnniversary | OnCadence
"""What time alone brings about: appointments."""
On = OnFirstOrder | OnNthOrder | OnOrderValue | OnEngaged | OnTransition | OnScores | OnBrink | OnBrinkCleared | OnTime
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
