"""A trial in: warm-up, fault, recovery on workers under load; what it took out, with every difference it has made."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.brokers.apache import ApacheKafka
from tests.brokers.cluster import Member, bootstrap
from tests.brokers.proxy import Proxy
from tests.faults.fleet import PARTITIONS, fleet
from tests.faults.ground import Ground
from tests.faults.verdict import aside_faults, faults, log_faults, verify_faults
from tests.faults.whole_load import Fold, WholeLoad
from tests.kafka.shop import open_shop
from tests.kafka.worker_process import WORKER

log = logging.getLogger("tests.faults")
ORDERS: Final = 12_000
WARM: Final = 0.1
"""Share of the load that is worked before the fault."""
UNREACHABLE: Final = (
    "Unable connect to",
    "Unable to update metadata from",
    "Group Coordinator Request failed: ",
    "FindCoordinator Request failed: KafkaConnectionError: Connection at ",
    "Failed fetch messages from",
    "Heartbeat send request failed: ",
    "Heartbeat session expired",
    "Error sending ",
    r"(?s)Unexpected error in sender routine\n.* in _find_coordinator\n.*KafkaConnectionError: Connection at ",
)
"""What aiokafka has to say of a broker that is away. A producer that has lost it while it asks who coordinates its
transactions ends: its partition opens again."""
CUT_OFF: Final = (
    "Unclosed AIOKafkaConnection",
    r"Task was destroyed but it is pending!\ntask: <Task cancelling .* coro=<AIOKafkaConnection._read\(\)",
    "Unexpected exception in AIOKafkaConnection",
)
"""What aiokafka has to say of a connection whose greeting nobody answered until its start was given up: it forgets to
close that one, and does so when the garbage collector finds it."""
STOOD_STILL: Final = (
    r"\[\^---RunThread\]: Thread keepalive is not responding",
    r"LeaveGroup request failed: \[Error 15\] GroupCoordinatorNotAvailableError",
)
"""What Faust has to say when it is thawed, and aiokafka when it would leave a group whose coordinator it has lost
meanwhile: a member that is silent has been sent away by then."""
WORKERS: Final = ("ann", "bob", "cyd")
UNHURRIED: Final = {"SEGUE_TRANSACTIONS__RECORDS": "4"}
"""So that something is left to do when a fault is over: beside other work a worker takes a quarter of a minute to
start, in which the others would come to the end of the load."""


@dataclass(frozen=True)
class Trial:
    """A fault, and the deployment that it is for."""

    fault: Callable[[Ground], None]
    workers: tuple[str, ...] = WORKERS
    named: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    """What its workers are told beside, or instead of, not to hurry."""
    proxied: bool = False
    """Whether the workers reach the broker through the proxy."""
    errors: tuple[str, ...] = ()
    """Patterns of how lines of level error may begin that the workers write."""
    spoils: bool = False
    """Whether stores are to be found unreadable; in all other trials that would be a false alarm."""
    worker: tuple[str, ...] = WORKER
    """What starts one."""

    @property
    def name(self) -> str:
        return self.fault.__name__


@dataclass(frozen=True)
class Site:
    """A broker with a proxy before it, and where the workers of a trial have their disks."""

    broker: ApacheKafka
    proxy: Proxy
    disks: Path
    cluster: Sequence[Member] = ()
    """The brokers, where there are several; `broker` is one of them."""

    @property
    def bootstrap(self) -> str:
        return bootstrap(self.cluster or (self.broker,))


def try_out(trial: Trial, site: Site, load: WholeLoad, folding: Future[Fold]) -> list[str]:
    """Run a trial; gives every difference between what came of it and the load."""
    shop = open_shop(site.bootstrap, PARTITIONS)
    through = {"SEGUE_KAFKA__BOOTSTRAP_SERVERS": f"127.0.0.1:{site.proxy.port}"} if trial.proxied else {}
    settings = {**UNHURRIED, **trial.settings, **through}
    began = time.monotonic()
    records, disks, how = load.records, site.disks, trial.worker
    with fleet(shop, disks, records, trial.workers, named=trial.named, settings=settings, command=how) as running:
        running.wait_until_worked(WARM)
        running.wait_all_at_work()
        running.assert_under_load()
        worked, hit = running.worked(), time.monotonic()
        trial.fault(Ground(running, site.broker, site.proxy, site.cluster))
        over = time.monotonic()
        running.assert_under_load()
        running.wait_moved()
        recovered = time.monotonic()
    log.info(
        "%s: %d records, at %.0f%% hit for %.1f s, recovered in %.1f s, all in %.0f s",
        *(trial.name, len(load.records), 100 * worked),
        *(over - hit, recovered - over, time.monotonic() - began),
    )
    return [
        *faults(shop, load, folding.result(), running.disks()),
        *running.too_much(),
        *verify_faults(shop),
        *log_faults(site.disks, trial.errors),
        *(aside_faults(site.disks) if not trial.spoils else ()),
    ]
