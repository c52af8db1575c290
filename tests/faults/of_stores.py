"""Faults of disks: spoiled while their worker is down, or full while it works."""

import resource
from typing import Final

from tests.faults.ground import Ground
from tests.kafka.worker_process import WorkerProcess
from tests.tables.spoiling import Spoil, cut_the_log, lose_a_table, spoil_every_block, spoil_the_manifest

UNREADABLE: Final[tuple[Spoil, ...]] = (spoil_the_manifest, spoil_every_block, lose_a_table)
ROOM: Final = 128 * 1024
"""Beyond the largest of its files a worker cannot write more than this into one."""


def the_stores_of_a_worker_are_spoiled_in_every_way(ground: Ground) -> None:
    """One in each way, the log of the others is cut; it keeps aside what cannot be read, and restores it."""
    running, disk = ground.running, ground.running.disk("ann")
    running.kill("ann")
    worker = running.start("ann")  # which makes tables of logs
    running.wait_all_at_work()
    running.wait_moved()
    running.kill("ann")
    held = list(worker.told("partitions assigned"))[-1]["partitions"]
    stores = [store for partition in held for store in disk.rglob(f"customers-{partition}.db")]
    unreadable, cut = stores[: len(UNREADABLE)], stores[len(UNREADABLE) :]
    assert unreadable, "void: nothing to spoil"
    assert cut, "void: no log to cut"
    for store, spoil in zip(unreadable, UNREADABLE, strict=True):
        spoil(store)
    for store in cut:
        cut_the_log(store)
    running.start("ann")
    running.wait_for(lambda: len(list(disk.rglob("*.unreadable-1"))) == len(unreadable), "it notices each")


def the_disk_of_a_worker_is_full_for_a_while(ground: Ground) -> None:
    """Files that cannot grow: what it cannot write is not lost, and it goes on when there is room."""
    running, worker = ground.running, ground.running.workers["ann"]
    limit = len(worker.log.encode()) + ROOM
    soft, hard = resource.prlimit(worker.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (limit, hard))
    try:
        running.wait_for(lambda: any(told_store(worker)), "a write fails")
    finally:
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (soft, hard))


def told_store(worker: WorkerProcess) -> list[str]:
    """Name the partitions that their store has let down."""
    opens = worker.told("partition drops its work and opens again")
    return [str(told["partition"]) for told in opens if told["reason"] == "store"]
