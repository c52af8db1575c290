"""Faults of workers: frozen or killed at a bad moment, sent away, joined by others."""

import shutil
import time
from typing import Final

from app.transactional_ids import task_id
from tests.faults.fleet import PARTITIONS, Fleet
from tests.faults.ground import Ground
from tests.kafka.worker_process import WorkerProcess

LEAVING_S: Final = 20.0
AT_LEISURE: Final = {"SEGUE_TRANSACTIONS__RECORDS": "2"}
"""So that something is left to do when several workers have come and gone, one after another."""
END_TXN: Final = 26
"""The kind of a request to commit or abort in Kafka's protocol."""
PATIENT: Final = {"SEGUE_KAFKA__SESSION_TIMEOUT_MS": "45000"}
"""So that a worker keeps its partitions while it is away."""
ABORTED_FIRST: Final = {"SEGUE_KAFKA__SESSION_TIMEOUT_MS": "20000", "SEGUE_TRANSACTIONS__TIMEOUT_MS": "3000"}
"""So that a frozen worker keeps its partitions while the broker aborts its transaction."""


def every_worker_is_sent_away_and_another_comes(ground: Ground) -> None:
    running = ground.running
    for name in list(running.workers):
        began = time.monotonic()
        running.leave(name)
        assert time.monotonic() - began < LEAVING_S
        running.start(f"{name}-anew").wait_ready()


def all_but_one_leave_and_three_come(ground: Ground) -> None:
    running = ground.running
    for name in list(running.workers)[1:]:
        running.leave(name)
    running.wait_moved()
    for name in ("dan", "eva", "fay"):
        running.start(name)
    for worker in running.workers.values():
        worker.wait_ready()


def a_transaction_times_out_under_a_frozen_worker(ground: Ground) -> None:
    """The broker aborts what stood open longer than it may, and the commit that was under way comes after that."""
    running = ground.running
    worker, partition = _freeze_at_a_commit(ground)
    running.wait_for(lambda: partition not in running.shop.open_transactions(), "the broker aborts what is open")
    assert partition in list(worker.told("partitions assigned"))[-1]["partitions"], "void: the group has moved on"
    ground.proxy.release()
    worker.thaw()
    running.wait_for(lambda: partition in _opened_again(worker), "it is told, and opens again")


def a_worker_freezes_just_before_a_commit(ground: Ground) -> None:
    """The others take over, and then its commit reaches the broker after all: it is refused."""
    running = ground.running
    worker, _ = _freeze_at_a_commit(ground)
    running.wait_taken_over(worker)
    ground.proxy.release()
    worker.thaw()


def a_worker_freezes_just_after_a_commit(ground: Ground) -> None:
    """What it has asked for takes place, and it hears of that when others have long taken over."""
    running = ground.running
    worker, partition = _freeze_at_a_commit(ground, answer=True)
    running.wait_for(lambda: partition not in running.shop.open_transactions(), "the commit takes place")
    running.wait_taken_over(worker)
    ground.proxy.release()
    worker.thaw()


def _freeze_at_a_commit(ground: Ground, *, answer: bool = False) -> tuple[WorkerProcess, int]:
    """Freeze a worker when its request to commit comes by, or the answer to it; gives it and the partition."""
    running, worker = ground.running, ground.running.workers["ann"]
    partition = int(list(worker.told("partitions assigned"))[-1]["partitions"][0])
    whose = task_id(running.shop.topics.app_id, partition)
    ground.proxy.hold(END_TXN, whose.encode(), worker.freeze, answer=answer)
    running.wait_for(lambda: ground.proxy.holds, "a commit of ann", every_s=0.02)
    return worker, partition


def _opened_again(worker: WorkerProcess) -> set[int]:
    return {told["partition"] for told in worker.told("partition drops its work and opens again")}


def a_worker_freezes_while_it_opens_its_partitions(ground: Ground) -> None:
    """The others take over what it was about to restore, and it wakes up in the middle of that."""
    running = ground.running
    running.kill("ann")
    worker = _begins_to_open(running)
    worker.freeze()
    assert len(list(worker.told("partition open"))) < PARTITIONS
    running.wait_taken_over(worker)
    worker.thaw()


def a_worker_is_killed_whenever_it_opens_its_partitions(ground: Ground) -> None:
    """On the disk that it has, then while it restores an empty one, then on what that has left."""
    running = ground.running
    running.kill("ann")
    for wiped in (False, True, False):
        if wiped:
            shutil.rmtree(running.disk("ann"))
        worker = _begins_to_open(running)
        running.kill("ann")
        told = list(worker.told("partitions assigned"))
        assert len(list(worker.told("partition open"))) < len(told[-1]["partitions"]), "void: it had opened all"
    running.start("ann")


def a_worker_is_killed_while_the_group_rebalances(ground: Ground) -> None:
    """One more joins, and of those whom the group waits for one dies; then one leaves, and another dies."""
    running = ground.running
    running.start("dan")
    running.wait_for(running.shop.rebalances, "one more joins", 0.01)
    running.kill("bob")
    running.wait_moved()
    leaving = running.workers.pop("cyd")
    leaving.send_away()
    running.wait_for(running.shop.rebalances, "one leaves", 0.01)
    running.kill("ann")
    assert leaving.wait_ended() == 0, leaving.log[-2_000:]
    for name in ("ann", "bob", "cyd"):
        running.start(name)


def _begins_to_open(running: Fleet) -> WorkerProcess:
    """Start `ann` and wait until she is told what is hers."""
    worker = running.start("ann")
    running.wait_for(lambda: any(t["partitions"] for t in worker.told("partitions assigned")), "its partitions", 0.01)
    return worker
