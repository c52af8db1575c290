"""The machine's clocks, asked in one place: whoever runs tasks may hand in others."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clocks:
    """A wall clock, which may be set, and a steady one, which only goes on; both in seconds."""

    wall: Callable[[], float] = time.time
    """Since 1970-01-01Z."""
    steady: Callable[[], float] = time.monotonic

    def now(self) -> int:
        """Give the instant, epoch ms."""
        return int(self.wall() * 1000)
