"""A worker whose deciding has a fault: it raises for every slice with an order of the customer that it is told.

`python -m tests.kafka.poisoned_worker CUSTOMER`; the worker itself is the real one, and knows nothing of this.
"""

import sys
from collections.abc import Sequence

from agents.partition_work import PartitionWork
from agents.run import Record
from agents.work import Work

KEY = sys.argv[1].encode()


class FaultError(Exception):
    """What a programming mistake in a decision looks like."""


class FaultyWork(PartitionWork):
    """Decides as the real one, but for one customer."""

    def absorb(self, work: Work, records: Sequence[Record]) -> None:
        super().absorb(work, records)
        if any(record.key == KEY for record in records):
            raise FaultError(f"no word of {KEY.decode()} may leave")


if __name__ == "__main__":
    import app.runtime.task
    from app.command_line import segue

    app.runtime.task.PartitionWork = FaultyWork  # type: ignore[attr-defined]  # the fault that the test is about
    segue(["worker"])
