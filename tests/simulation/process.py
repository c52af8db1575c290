"""Simulated processes: which work of the event loop is whose, and whether it goes on, waits, or has died."""

from asyncio import Handle
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field

PROCESS: ContextVar["Process | None"] = ContextVar("process", default=None)
"""To which process a piece of work belongs; None = to the world around."""


@dataclass(eq=False)
class Process:
    """All that runs in its context stops between two steps when it is paused, and for ever when it is killed."""

    name: str
    alive: bool = True
    paused: bool = False
    wall_ahead: float = 0.0
    """Seconds by which its wall clock is wrong."""
    steps: int = 0
    struck_at: int = -1
    strike: Callable[[], None] = lambda: None
    """Happens before step number `struck_at`."""
    held: list[Handle] = field(default_factory=list)
    """Work that came while it was paused, or after its death."""

    def context(self) -> Context:
        """Give a context in which everything belongs to this process."""
        context = copy_context()
        context.run(PROCESS.set, self)
        return context

    def admits(self, work: Handle) -> bool:
        """Say whether a step may be taken now; else it is held."""
        self.steps += 1
        if self.steps == self.struck_at:
            self.strike()
        if self.alive and not self.paused:
            return True
        self.held.append(work)
        return False

    def release(self) -> list[Handle]:
        """Give what was held: for a process that goes on, or is to be unwound."""
        held, self.held = self.held, []
        return held
