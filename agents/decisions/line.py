"""Occasions that begin to wait for a budget, and those that wait no more, in; who is to be looked at again out.

In memory only, of what one worker has seen: whoever opens a partition next learns of one that waits when its time is
over, and no later.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

LONGEST: Final = 10_000
"""So many wait in it at once; all of them are asked about whenever a grant comes, which takes some milliseconds."""


class InLine(NamedTuple):
    """An occasion that waits for its budget, as it was when it was last looked at."""

    reward: str
    customer_id: str
    budget: str
    cost: int
    asks: bool
    """Whether its cost is part of what the partition needs."""


class Line:
    """Those that wait at one partition; whoever looks again keeps their place."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: dict[str, InLine] = {}

    def __iter__(self) -> Iterator[InLine]:
        """Give those that wait now, in the order in which they began."""
        return iter([*self._waiting.values()])

    def enter(self, waiting: InLine) -> None:
        """Let an occasion wait, or go on waiting; where the line is full, for its time only."""
        if waiting.reward in self._waiting or len(self._waiting) < LONGEST:
            self._waiting[waiting.reward] = waiting

    def leave(self, reward: str) -> None:
        """Let an occasion wait no more, if it does."""
        self._waiting.pop(reward, None)
