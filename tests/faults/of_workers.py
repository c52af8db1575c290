"""Faults of workers: frozen at a bad moment, sent away, joined by others."""

import time
from typing import Final

from tests.faults.fleet import PARTITIONS
from tests.faults.ground import Ground

LEAVING_S: Final = 20.0
UNHURRIED: Final = {"SEGUE_TRANSACTIONS__RECORDS": "4"}
"""So that something is left to do when several workers have come and gone."""
PATIENT: Final = {"SEGUE_KAFKA__SESSION_TIMEOUT_MS": "45000"}
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
    running = ground.running
    worker = running.freeze_in_transaction("ann")
    held = {p for told in worker.told("partitions assigned") for p in told["partitions"]}
    running.wait_for(lambda: not held & running.shop.open_transactions(), "the broker aborts what is open")
    worker.thaw()


def a_worker_freezes_while_it_opens_its_partitions(ground: Ground) -> None:
    """The others take over what it was about to restore, and it wakes up in the middle of that."""
    running = ground.running
    running.kill("ann")
    worker = running.start("ann")
    running.wait_for(lambda: any(t["partitions"] for t in worker.told("partitions assigned")), "its partitions", 0.01)
    worker.freeze()
    assert len(list(worker.told("partition open"))) < PARTITIONS
    running.wait_taken_over(worker)
    worker.thaw()
