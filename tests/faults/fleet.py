"""Workers on a load that waits for them: started, killed, frozen, watched, and brought to the end of it."""

import logging
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Final, TypeVar

from tests.brokers.apache import ApacheKafka
from tests.faults.beyond_seed import POLICY
from tests.faults.holdings import Holdings, holdings
from tests.kafka.feeding import Feeder, Sent, feed
from tests.kafka.shop import Shop
from tests.kafka.slices import all_back
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WORKER, WorkerProcess

T = TypeVar("T")
log = logging.getLogger("tests.faults")
PARTITIONS: Final = 8
WAITING: Final = 0.5
"""Share of the load that waits for the workers; the rest comes while they work on that, so that no fact is late:
as long as all inputs lag, they are merged by time, whichever the broker has first."""
PER_SECOND: Final = 20_000
SETTINGS: Final = {
    "SEGUE_POLICY": str(POLICY),
    "SEGUE_TRANSACTIONS__RECORDS": "100",  # many small transactions, so that faults hit some
    "SEGUE_STATE__UNWRITTEN_ROWS": "1000",  # and disks that are written all the time
    "SEGUE_STATE__UNWRITTEN_SECONDS": "0.2",
    "SEGUE_CUSTOMER_SEGMENTS": "false",
}
END_S: Final = 120.0
"""For what a fault, a start or the rest of the load may take."""
HEALED_S: Final = 60.0
"""For every partition to move again once a fault is over: nothing may be stuck for longer."""
LEAST_LEFT: Final = 0.05
LOOKS: Final = 5  # a commit that was asked for before the freeze needs a moment


@dataclass
class Fleet:
    """The workers of one deployment, each on a disk of its own; there is one of a name at a time."""

    shop: Shop
    root: Path
    records: int
    named: Collection[str]
    """Who keeps her partitions when she comes back within the session timeout."""
    settings: Mapping[str, str]
    """What the workers are told besides."""
    _stack: ExitStack
    command: Sequence[str] = WORKER
    """What starts one."""
    workers: dict[str, WorkerProcess] = field(default_factory=dict)
    held: list[Holdings] = field(default_factory=list)
    """What the workers held when the whole load was worked, just before they left."""

    def start(self, name: str) -> WorkerProcess:
        """Start a worker on the disk of that name."""
        settings = SETTINGS | ({"SEGUE_KAFKA__INSTANCE_ID": name} if name in self.named else {})
        started = WorkerProcess(self.shop, self.disk(name), settings | dict(self.settings), self.command)
        self.workers[name] = self._stack.enter_context(started)
        return self.workers[name]

    def disk(self, name: str) -> Path:
        return self.root / name

    def as_killed(self, name: str) -> Path:
        """Where the disk of a worker is kept as it was when it was killed inside a transaction."""
        return self.disk(f"{name}-as-killed")

    def disks(self) -> list[Path]:
        return sorted(path for path in self.root.iterdir() if path.is_dir())

    def worked(self) -> float:
        """Say which share of the whole load is committed."""
        return self.shop.worked() / self.records

    def wait_until_worked(self, share: float) -> None:
        """Wait until at least this share of the whole load is committed."""
        self.wait_for(lambda: self.worked() >= share, f"{share:.0%} worked", every_s=0.05)

    def kill(self, name: str) -> None:
        """SIGKILL a worker, whatever it is at; something must be left to do."""
        self.workers.pop(name).kill9()
        self.assert_under_load()

    def kill_in_transaction(self, name: str) -> None:
        """SIGKILL a worker in the middle of a transaction, and keep a copy of its disk as it was then."""
        self.freeze_in_transaction(name).kill9()
        del self.workers[name]
        shutil.copytree(self.disk(name), self.as_killed(name))

    def freeze_in_transaction(self, name: str) -> WorkerProcess:
        """SIGSTOP a worker in the middle of a transaction; something must be left to do."""
        worker = self.workers[name]
        self.wait_for(lambda: self._frozen_in_transaction(worker), f"a transaction of {name}", every_s=0.02)
        self.assert_under_load()
        return worker

    def assert_under_load(self) -> None:
        """Refuse a run in which nothing is left to do."""
        worked = self.worked()
        assert worked <= 1 - LEAST_LEFT, f"void: {worked:.0%} of the load was worked before the fault"

    def wait_all_at_work(self) -> None:
        """Wait until every worker has opened a partition."""
        workers = self.workers.values()
        self.wait_for(lambda: all(any(worker.told("partition open")) for worker in workers), "all are at work")

    def wait_moved(self) -> None:
        """Wait until every partition has committed more than now, or has come to its end: what was broken is well."""
        before = self.shop.committed()

        def moved() -> bool:
            committed, ends = self.shop.committed(), self.shop.ends()
            return all(at > before.get(p, 0) or at == ends[p] for p, at in committed.items())

        self.wait_for(moved, "every partition commits", limit_s=HEALED_S)

    def _frozen_in_transaction(self, worker: WorkerProcess) -> bool:
        """Freeze it and look: rows that nobody commits stay open; if there are none, let it go on."""
        assigned = [told["partitions"] for told in worker.told("partitions assigned")]
        worker.freeze()
        frozen_open = set(assigned[-1] if assigned else ())
        for _ in range(LOOKS):
            frozen_open &= self.shop.open_transactions()
        if not frozen_open:
            worker.thaw()
        return bool(frozen_open)

    def restart(self, broker: ApacheKafka) -> None:
        """SIGTERM a broker, let the workers run into nothing, and start it again."""
        self.at_rest(broker.stop)
        broker.start()

    def at_rest(self, end_broker: Callable[[], None]) -> None:
        """End a broker while the workers stand still, for a commit is not safe then.

        A broker alone that shuts down notes it as complete without its markers (4.3.1), one that is killed may skip
        them when it comes back, and what the transaction wrote can never be read.
        """
        for worker in self.workers.values():
            worker.wait_ready()  # whoever starts without a broker ends
        self.while_frozen(end_broker)

    def while_frozen(self, end_broker: Callable[[], None]) -> None:
        """The same with workers of which some may not be able to open their partitions."""
        for worker in self.workers.values():
            worker.freeze()
        self.wait_for(self._commits_are_carried_out, "commits carried out")
        end_broker()
        for worker in self.workers.values():
            worker.thaw()

    def _commits_are_carried_out(self) -> bool:
        looks = [self.shop.open_transactions() for _ in range(LOOKS)]
        return all(look == looks[0] for look in looks)

    def wait_taken_over(self, frozen: WorkerProcess) -> None:
        """Wait until the newest to open every partition is another worker; it may have been frozen for a while."""

        def taken_over() -> bool:
            workers = self.workers.values()
            opened = [(told["timestamp"], told["partition"], w) for w in workers for told in w.told("partition open")]
            newest = {partition: worker for _, partition, worker in sorted(opened, key=itemgetter(0))}
            return len(newest) == PARTITIONS and frozen not in newest.values()

        self.wait_for(taken_over, "the others have taken over")

    def leave(self, name: str) -> None:
        """SIGTERM a worker of ours; it must end well."""
        worker = self.workers.pop(name).wait_ready()  # SIGTERM kills one that has hardly been started
        assert worker.terminate() == 0, worker.log[-2_000:]

    def finish(self) -> None:
        """Wait for the end of the load and for what budgets have lent, and let all workers leave at once."""
        self.wait_for(lambda: self.worked() >= 1, "the whole load worked")
        self.wait_for(lambda: all_back(self.shop), "the slices of budgets are back", every_s=0.5)
        self.held = [holdings(name, worker.pid) for name, worker in self.workers.items()]
        log.info("held in the end: %s", self.held)
        leaving, self.workers = self.workers, {}
        for worker in leaving.values():
            worker.send_away()
        for worker in leaving.values():
            assert worker.wait_ended() == 0, worker.log[-2_000:]

    def too_much(self) -> list[str]:
        """Name what workers held too much of in the end."""
        return [fault for one in self.held for fault in one.too_much()]

    def wait_for(self, reached: Callable[[], T], what: str, every_s: float = 0.2, limit_s: float = END_S) -> T:
        """Wait for what the workers bring about; none may end by itself meanwhile."""

        def asked() -> T:
            for name, worker in self.workers.items():
                assert worker.running, f"{name} ended by itself:\n{worker.log[-3_000:]}"
            return reached()

        return wait_for(asked, limit_s, what, every_s)


@contextmanager
def fleet(
    shop: Shop,
    root: Path,
    records: Sequence[Sent],
    names: Sequence[str],
    *,
    named: Collection[str] = (),
    settings: Mapping[str, str] = {},
    command: Sequence[str] = WORKER,
) -> Iterator[Fleet]:
    """Start workers on the load; leaving the block waits for the whole of it and stops the workers."""
    waiting = int(len(records) * WAITING)
    feed(shop, records[:waiting])
    with ExitStack() as stack:
        made = Fleet(shop, root, len(records), named, settings, stack, command)
        with Feeder(shop, records[waiting:], PER_SECOND):
            for name in names:
                made.start(name)
        assert made.worked() < WAITING / 2, "void: workers were about to come to the end of what was there"
        yield made
        made.finish()
