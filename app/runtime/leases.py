"""Leases: numbers for stretches of ownership; a run fetched under one that has ended is dropped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agents.run import LogEnd, Record


@dataclass(slots=True, eq=False)
class Lease:
    """One stretch in which a task owns its partition."""

    number: int
    accept: Callable[["LeasedRun"], None]
    live: bool = True


@dataclass(frozen=True, slots=True)
class LeasedRun:
    """The records of one partition that one fetch brought, and the positions [start, end) they cover."""

    topic: str
    partition: int
    records: Sequence[Record]
    start: int
    end: int
    lease: Lease
    log_end: LogEnd | None

    def hand_over(self) -> None:
        """Give the run to the task that holds the lease."""
        if self.lease.live:
            self.lease.accept(self)
