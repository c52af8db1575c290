"""What a policy says about how often anything is given, as the decisions read it: limits, and caps over many rules."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

Calendar = Literal["day", "week", "month", "year"]
"""Stretches of the calendar; a week begins on Monday."""
CALENDAR: Final = frozenset[str](get_args(Calendar))


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many grants in any stretch of `per_ms`, or in each stretch of the calendar; both None = ever."""

    times: int
    per_ms: int | None = None
    calendar: Calendar | None = None
    """By the customer's clock."""


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit that several rules share."""

    id: str
    limit: Limit
