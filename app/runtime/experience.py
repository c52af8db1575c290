"""Transactions of a partition in, what is known of its records out: how many may be taken, and which are to blame."""

from dataclasses import dataclass, field

from app.runtime.broken_feed import Rejections
from app.runtime.intake import Batch
from app.runtime.poison import Poison
from app.runtime.portion import Portion


@dataclass(slots=True)
class Attempt:
    """The transaction in hand, as far as it has come."""

    batch: Batch | None = None
    """What has been taken for it."""
    deciding_s: float = 0.0
    """How long its records have been decided, and nothing else: other tasks share the core between two slices."""


@dataclass(slots=True)
class Experience:
    """What a task has learned of its records; it outlives every opening."""

    portion: Portion
    poison: Poison = field(default_factory=Poison)
    rejections: Rejections = field(default_factory=Rejections)
    attempt: Attempt = field(default_factory=Attempt)

    def passed(self, batch: Batch) -> None:
        """Learn that a transaction with this batch has committed."""
        if not self.poison.alone:  # single records tell nothing of how many are too many
            self.portion.passed()
        self.poison.passed(batch)
        self.attempt = Attempt()

    def given_up(self) -> Attempt:
        """Give what was in hand when something failed; there is none any more."""
        attempt, self.attempt = self.attempt, Attempt()
        return attempt
