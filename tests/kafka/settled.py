"""A worker on a log that is fed in, the moment at which it has nothing left to do out: neither records nor time."""

from tests.kafka.shop import Shop
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess

WORKED_S = 300.0
COUNTED_S = 15.0  # a transaction is committed before it is counted


def wait_until_settled(shop: Shop, worker: WorkerProcess, clock: int, *others: WorkerProcess) -> None:
    """Wait until all is worked, every partition's clock stands at the end of the log, and nobody is due any more."""

    def told(name: str) -> float:
        return sum(each.metric(name) for each in (worker, *others))

    shop.wait_until_worked(WORKED_S)
    end_s = shop.partitions * (clock - 1) / 1000
    wait_for(lambda: told("segue_partition_clock_seconds") > end_s, COUNTED_S, "clocks at the end")
    wait_for(lambda: not told("segue_due_overdue"), WORKED_S, "nobody due")
