"""Verdicts on customers in, the account of the whole check out."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

SHOWN: Final = 20
"""So many customers with differences are named; the others are counted."""


class Difference(NamedTuple):
    """The first thing that is wrong with a customer."""

    customer_id: str
    what: str


@dataclass(slots=True)
class Account:
    """Everything there is to tell; `customers` = those without a difference + differences."""

    customers: int = 0
    """Checked to the end: against the input too."""
    transitions: int = 0
    """Published records of transitions and retractions of all customers."""
    differences: int = 0
    """Customers with any."""
    first: list[Difference] = field(default_factory=list)
    told_late: int = 0
    """Customers without a difference of whom only instants and segments were compared: facts may have been late."""
    unchecked: Counter[str] = field(default_factory=Counter)
    """Customers who could not be compared with the input, by the reason."""
    unchecked_rewards: Counter[str] = field(default_factory=Counter)
    """Published rewards that could not be, of all customers, by the reason."""
    due: int = 0
    """Customers who are due and not moved yet."""
    oldest_due: int | None = None
    notes: list[str] = field(default_factory=list)
    """What else was not checked."""
    until: int | None = None
    """The earliest instant up to which timers of a partition had come, epoch ms."""

    def differs(self, customer_id: str, what: str) -> None:
        """Count a customer with a difference."""
        self.customers += 1
        self.differences += 1
        if len(self.first) < SHOWN:
            self.first.append(Difference(customer_id, what))

    def is_right(self, *, exact: bool) -> None:
        """Count a customer without a difference; `exact`: every field was compared."""
        self.customers += 1
        self.told_late += not exact

    def is_due(self, at: int) -> None:
        """Count a customer whose next move is due since an instant."""
        self.customers += 1
        self.due += 1
        self.oldest_due = at if self.oldest_due is None else min(at, self.oldest_due)

    def reached(self, until: int) -> None:
        """Note how far time has come in a partition."""
        self.until = until if self.until is None else min(until, self.until)
