"""A worker whose deciding never ends once it is told of a customer's order.

`python -m tests.kafka.stuck_worker CUSTOMER`; the worker itself is the real one, and knows nothing of this.
"""

import sys
import time
from collections.abc import Sequence
from typing import Any

from agents.partition_work import PartitionWork
from agents.run import Record
from agents.work import Work

KEY = sys.argv[1].encode()


class StuckWork:
    """Decides as the real one, but for one customer; a compiled class takes no subclass."""

    def __init__(self, *given: Any, **named: Any) -> None:
        self._real = PartitionWork(*given, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def absorb(self, work: Work, records: Sequence[Record]) -> None:
        while any(record.key == KEY for record in records):
            time.sleep(0.1)  # holds up the loop of all tasks, as an endless decision would, but not this machine
        self._real.absorb(work, records)


if __name__ == "__main__":
    import app.runtime.task
    from app.command_line import segue

    app.runtime.task.PartitionWork = StuckWork  # type: ignore[assignment,attr-defined]  # the fault that the test is about
    segue(["worker"])
