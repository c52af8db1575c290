"""When the next transaction begins: the policy apart from its state, time as an argument."""

from dataclasses import dataclass
from typing import Final

LOOK: Final = 0.1
"""Seconds between two looks at what time has brought, while that is waited for."""
CALM: Final = 0.5
"""Seconds between two looks otherwise: one costs 0.15 ms, as ten orders do, and a worker may have hundreds of tasks."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """The first work after idle goes at once, later work waits for company."""

    commit_interval: float
    """Seconds between two begins of one task, at least."""
    budget: int
    """Transactions per second of one worker: its tasks share them."""
    batch: int
    """Records that need no more company."""

    def delay(self, since_last: float, records: int, busy_tasks: int) -> float:
        """Give the seconds to wait, `since_last` seconds after the last begin."""
        if records >= self.batch:
            return 0.0
        interval = max(self.commit_interval, busy_tasks / self.budget)
        return max(0.0, interval - since_last)


def patience(records: int, due_ms: int | None) -> float:
    """Give the seconds until time alone is asked for work.

    With records in hand their clock is waited for, and so is whoever may be due before the second look. `due_ms`: until
    then, below 0 = overdue, None = nobody ever is.
    """
    awaited = records > 0 or (due_ms is not None and due_ms < 2_000 * CALM)
    return LOOK if awaited else CALM
