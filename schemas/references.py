"""What the parts of a policy document may refer to in each other, and how finely its money is counted."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from schemas.closed import Mistake
from schemas.facts import KNOWN_KINDS

STEPS_OF_A_LIFE: Final = frozenset({"order_placed", "order_cancelled", "order_refunded", "erased"})
"""Facts that are no engagement, as policies call them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """The names that stand in a document, and what is told of those that do not."""

    exponent: int
    """Decimals of the policy's currency."""
    ranks: Mapping[str, int] = field(default_factory=dict)
    """The segments."""
    scores: Mapping[str, int] = field(default_factory=dict)
    """The scores that exist, and their highest values."""
    leads: frozenset[int] = frozenset()
    """The lead times of announcements in ms."""
    engaged: bool = False
    """Whether any engagement counts for the measure of that name."""
    kinds: frozenset[str] = frozenset()
    """Kinds of engagement that the policy speaks of."""
    budget_of: Mapping[str, str | None] = field(default_factory=dict)
    """The reward rules, each with the budget that it draws on."""
    costs: Mapping[str, Mapping[str, Decimal | None]] = field(default_factory=dict)
    """The budgets, each with the rules for which it can pay, and what one costs; None = it counts grants."""
    kinds_given: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The reward rules, each with the kinds of what it gives."""
    journeys_say: bool = False
    """Whether any step of a journey asks for a message."""
    rewrites: bool = True
    """Whether late facts rewrite the timeline."""
    given_by_journeys: frozenset[str] = frozenset()
    """Reward rules that a step of a journey names."""

    def unknown_segments(self, key: str, segments: Iterable[str] | None) -> Iterator[Mistake]:
        """Tell which segments there are not."""
        for index, segment in enumerate(segments or ()):
            if segment not in self.ranks:
                yield (key, index), f"there is no segment {segment}"

    def too_fine(self, key: str, amount: Decimal | None) -> Iterator[Mistake]:
        """Tell of an amount that the currency cannot pay."""
        if amount is not None and amount != round(amount, self.exponent):
            yield (key,), f"an amount has at most {self.exponent} decimals"

    def wrong_score(self, score: str, low: int | None, high: int | None) -> Iterator[Mistake]:
        """Tell of a bound on a score that does not exist or does not go so far."""
        width = self.scores.get(score)
        if width is None:
            yield (score,), f"there is no score {score}"
            return
        for bound, value in (("min", low), ("max", high)):
            if value is not None and value > width:
                yield (score, bound), f"{score} goes from 1 to {width}"

    def knows_fact(self, name: str) -> bool:
        """Tell whether a fact of that name can come about."""
        return name in STEPS_OF_A_LIFE or name in KNOWN_KINDS or name in self.kinds
