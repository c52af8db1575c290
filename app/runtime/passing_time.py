"""Who may move those whom time alone moves, and how many: one task of a worker at a time, and a piece at a time.

All tasks share one core. Were all of them to move many customers at once, every order would wait for all of them.
"""

import asyncio
from collections.abc import Callable
from typing import Final

ALONE: Final = 1_000
"""Customers moved by time in one transaction while no orders come."""
BESIDE: Final = 250
"""The same while orders come to any partition of the worker: so long they wait behind it."""
ALONG: Final = 100
"""Customers who move in a transaction of orders, whoever's turn it is: it costs the brokers nothing more."""
SHARE: Final = 2
"""Customers moved for each order at least: where transactions are large because the core is crowded, time must not
starve either."""
SLICE: Final = 50
"""Customers moved between two turns of the event loop: a transaction of orders takes a dozen of those."""


class PassingTime:
    """A line of tasks with customers due, each known by the event that wakes it; the first may move some of them."""

    def __init__(self, busy: Callable[[], int]) -> None:
        """`busy`: how many tasks have orders now."""
        self._busy = busy
        self._line: list[asyncio.Event] = []
        self._moving: asyncio.Event | None = None

    def enter(self, wake: asyncio.Event, orders: int = 0) -> int:
        """Say how many customers a task may move now, beside so many orders; 0 = it is woken when its turn has come."""
        if wake not in self._line:
            self._line.append(wake)
        if self._line[0] is not wake:
            return max(ALONG, SHARE * orders) if orders else 0
        self._moving = wake
        return max(BESIDE, SHARE * orders) if self._busy() else ALONE

    def done(self, wake: asyncio.Event, *, overdue: bool) -> bool:
        """Let the next one move customers, if it was this task's turn (which the answer tells) or it has none due."""
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
