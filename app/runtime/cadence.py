"""When the next transaction begins: the policy apart from its state, time as an argument."""

from dataclasses import dataclass


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
