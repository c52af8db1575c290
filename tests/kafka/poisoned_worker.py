"""A worker whose deciding has a fault: it raises for every slice with an order of the customer that it is told.

`python -m tests.kafka.poisoned_worker CUSTOMER`; the worker itself is the real one, and knows nothing of this.
"""

import sys
from collections.abc import Sequence
from typing import Any

from agents.partition_work import PartitionWork
from agents.run import Record
from agents.work import Work

KEY = sys.argv[1].encode()


class FaultError(Exception):
    """What a programming mistake in a decision looks like."""


class FaultyWork:
    """Decides as the real one, but for one customer; a compiled class takes no subclass."""

    def __init__(self, *given: Any, **named: Any) -> None:
        self._real = PartitionWork(*given, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def absorb(self, work: Work, records: Sequence[Record]) -> None:
        self._real.absorb(work, records)
        if any(record.key == KEY for record in records):
            raise FaultError(f"no word of {KEY.decode()} may leave")


if __name__ == "__main__":
    import app.runtime.task
    from app.command_line import segue

    app.runtime.task.PartitionWork = FaultyWork  # type: ignore[assignment,attr-defined]  # the fault that the test is about
    segue(["worker"])
