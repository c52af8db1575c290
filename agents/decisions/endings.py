"""The ways a fact can end; metrics count them by name."""

from collections.abc import Sequence
from enum import Enum
from typing import Final


class Ending(Enum):
    """What became of an accepted record."""

    __hash__ = object.__hash__  # every record's ending is looked up in a set: that of Enum hashes the name each time

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    """Its identity is taken by an equal fact: no effect."""
    CONFLICTING = "conflicting"
    """Its identity is taken by a fact that says something else: no effect."""
    WAITING = "waiting"
    """It came before its order and applies when that arrives."""
    UNPRICED = "unpriced"
    """Applied, but its amount is unknown in the policy's currency."""
    EXCESSIVE = "excessive"
    """Applied as far as the order's total reaches: what exceeds it is ignored."""
    FOREIGN = "foreign"
    """A refund in another currency than its order: its id is taken, it is no fact."""
    VOID = "void"
    """About an order that is cancelled already: remembered, no effect."""
    AHEAD = "ahead"
    """Ahead of the partition clock: it acts when the clock reaches it, and ends again then."""
    NOTED = "noted"
    """Remembered; it says nothing about orders, and the policy does not ask for it."""
    IGNORED = "ignored"
    """Engagement of a kind that nobody knows."""
    SUPERSEDED = "superseded"
    """A profile older than the one that holds; an answer to a request that another has followed."""
    UNASKED = "unasked"
    """An answer to a message that nobody has asked for, or that is forgotten by now."""
    ERASED = "erased"
    """It occurred before its customer was erased."""


UNCHANGED: Final = frozenset(
    {Ending.DUPLICATE, Ending.CONFLICTING, Ending.IGNORED, Ending.SUPERSEDED, Ending.UNASKED, Ending.ERASED}
)
"""Endings that leave everything as it was."""


def are_all(endings: Sequence[Ending], kinds: frozenset[Ending]) -> bool:
    """Tell whether facts have ended in these ways only; asked for every order, where a set would be made."""
    for ending in endings:  # noqa: SIM110  # a generator would be a list in compiled code
        if ending not in kinds:
            return False
    return True
