"""Who may do what time alone asks for, and how much of it: one task of a worker at a time, and a piece at a time.

All tasks share one core. Were all of them to move, or look at, many customers at once, every order would wait for all
of them.
"""

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple

ALONE: Final = 1_000
"""Customers moved by time in one transaction while no orders come."""
BESIDE: Final = 200
"""The same while orders come to any partition of the worker: so long they wait behind it."""
ALONG: Final = 85
"""Customers who move in a transaction of orders, whoever's turn it is: it costs the brokers nothing more."""
SHARE: Final = 2
"""Customers moved for each order at least: where transactions are large because the core is crowded, time must not
starve either."""
SLICE: Final = 50
"""Customers moved between two turns of the event loop: a transaction of orders takes a dozen of those."""


class Shares(NamedTuple):
    """How much may be done in one transaction, in whatever it is counted."""

    alone: int
    """While no orders come."""
    beside: int
    """While orders come to any partition of the worker, by the task whose turn it is."""
    along: int
    """In a transaction of orders, whoever's turn it is."""
    per_order: float
    """For each order at least."""


DUES: Final = Shares(ALONE, BESIDE, ALONG, SHARE)
"""In customers moved."""
WALKS: Final = Shares(24, 10, 5, 0.02)
"""In pieces of a walk, see `app.runtime.calendar`; each is about half a millisecond, so is deciding twenty orders."""


class PassingTime:
    """A line of tasks with something to do, each known by the event that wakes it; the first may do some of it."""

    def __init__(self, busy: Callable[[], int], shares: Shares = DUES) -> None:
        """`busy`: how many tasks have orders now."""
        self._busy = busy
        self._shares = shares
        self._line: list[asyncio.Event] = []
        self._moving: asyncio.Event | None = None

    def enter(self, wake: asyncio.Event, orders: int = 0) -> int:
        """Say how much a task may do now, beside so many orders; 0 = it is woken when its turn has come."""
        shares, least = self._shares, int(self._shares.per_order * orders)
        if wake not in self._line:
            self._line.append(wake)
        if self._line[0] is not wake:
            return max(shares.along, least) if orders else 0
        self._moving = wake
        return max(shares.beside, least) if self._busy() else shares.alone

    def done(self, wake: asyncio.Event, *, overdue: bool) -> bool:
        """Let the next one go on, if it was this task's turn (which the answer tells) or it has nothing left to do."""
        moved = self._moving is wake
        if moved or not overdue:
            self.leave(wake)
        return moved

    def leave(self, wake: asyncio.Event) -> None:
        """Stand in line no more."""
        if self._moving is wake:
            self._moving = None
        if wake not in self._line:
            return
        first = self._line[0] is wake
        self._line.remove(wake)
        if first and self._line:
            self._line[0].set()
