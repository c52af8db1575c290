"""Two workers on a load in motion: started, watched, and brought to the end of it."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from tests.kafka.feeding import Feeder, sent
from tests.kafka.shop import Shop
from tests.kafka.shop_load import Told
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess

T = TypeVar("T")
PARTITIONS: Final = 8
PER_SECOND: Final = 7_000
SETTINGS: Final = {
    "SEGUE_TRANSACTIONS__RECORDS": "200",  # many small transactions, so that faults hit some
    "SEGUE_STATE__UNWRITTEN_ROWS": "1000",  # and disks that are written all the time
    "SEGUE_STATE__UNWRITTEN_SECONDS": "0.2",
    "SEGUE_CUSTOMER_SEGMENTS": "false",
}
END_S: Final = 120.0
LEAST_LEFT: Final = 0.2
LOOKS: Final = 5  # a commit that was asked for before the freeze needs a moment


@dataclass
class Fleet:
    """The workers of one deployment, each on a disk of its own; there is one of a name at a time."""

    shop: Shop
    root: Path
    records: int
    feeder: Feeder
    _stack: ExitStack
    workers: dict[str, WorkerProcess] = field(default_factory=dict)

    def start(self, name: str) -> WorkerProcess:
        """Start a worker on the disk of that name."""
        self.workers[name] = self._stack.enter_context(WorkerProcess(self.shop, self.disk(name), SETTINGS))
        return self.workers[name]

    def disk(self, name: str) -> Path:
        return self.root / name

    def disks(self) -> list[Path]:
        return sorted(path for path in self.root.iterdir() if path.is_dir())

    def worked(self) -> float:
        """Say which share of the whole load is committed."""
        return sum(self.shop.committed().values()) / self.records

    def wait_until_worked(self, share: float) -> None:
        """Wait until at least this share of the whole load is committed; at least a fifth must be left then."""
        worked = self.wait_for(lambda: (now := self.worked()) >= share and now, f"{share:.0%} worked", every_s=0.02)
        assert worked <= 1 - LEAST_LEFT, f"void: {worked:.0%} of the load was worked before the fault"

    def kill(self, name: str) -> None:
        """SIGKILL a worker in the middle of a transaction, and keep a copy of its disk as it was then."""
        worker = self.workers[name]
        self.wait_for(lambda: self._frozen_in_transaction(worker), f"a transaction of {name}", every_s=0.02)
        self.workers.pop(name).kill9()
        shutil.copytree(self.disk(name), self.disk(f"{name}-as-killed"))

    def _frozen_in_transaction(self, worker: WorkerProcess) -> bool:
        """Freeze it and look: rows that nobody commits stay open; if there are none, let it go on."""
        *_, assigned = worker.told("partitions assigned")
        worker.freeze()
        frozen_open = set(assigned["partitions"])
        for _ in range(LOOKS):
            frozen_open &= self.shop.open_transactions()
        if not frozen_open:
            worker.thaw()
        return bool(frozen_open)

    def leave(self, name: str) -> None:
        """SIGTERM a worker of ours; it must end well."""
        worker = self.workers.pop(name)
        assert worker.terminate() == 0, worker.log[-2_000:]

    def finish(self) -> None:
        """Wait for the end of the load, and let the workers leave."""
        self.wait_for(lambda: self.worked() >= 1, "the whole load worked")
        for name in list(self.workers):
            self.leave(name)

    def wait_for(self, reached: Callable[[], T], what: str, every_s: float = 0.2) -> T:
        """Wait for what the workers bring about; none may end by itself meanwhile."""

        def asked() -> T:
            for name, worker in self.workers.items():
                assert worker.running, f"{name} ended by itself:\n{worker.log[-3_000:]}"
            return reached()

        return wait_for(asked, END_S, what, every_s)


@contextmanager
def fleet(shop: Shop, root: Path, told: Sequence[Told], hold_at: float) -> Iterator[Fleet]:
    """Start two workers and the load; leaving the block waits for the whole load and stops the workers."""
    records = [sent(shop, one) for one in told]
    feeder = Feeder(shop, records, PER_SECOND, hold_at)
    with ExitStack() as stack:
        made = Fleet(shop, root, len(records), feeder, stack)
        for name in ("ann", "bob"):
            made.start(name)
        for worker in made.workers.values():
            worker.wait_ready()
        with feeder:
            yield made
        made.finish()
