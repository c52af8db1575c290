"""What a policy says about occasions: what a reward rule waits for."""

from dataclasses import dataclass

from schemas.transitions import CauseType, Direction


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
