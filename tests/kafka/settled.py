"""A worker on a log that is fed in, the moment at which it has nothing left to do out: neither records nor time."""

from tests.kafka.shop import Shop
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess

WORKED_S = 300.0
COUNTED_S = 15.0  # a transaction is committed before it is counted


def wait_until_settled(shop: Shop, worker: WorkerProcess, clock: int) -> None:
    """Wait until all is worked, every partition's clock stands at the end of the log, and nobody is due any more."""
    shop.wait_until_worked(WORKED_S)
    wait_for(lambda: _clocks_s(worker) > shop.partitions * (clock - 1) / 1000, COUNTED_S, "clocks at the end")
    wait_for(lambda: not worker.metric("segue_due_overdue"), WORKED_S, "nobody due")


def _clocks_s(worker: WorkerProcess) -> float:
    return worker.metric("segue_partition_clock_seconds")
