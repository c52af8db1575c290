"""Workers die six times, lose and swap disks, leave, join, freeze and lose their broker: all is there exactly once."""

import multiprocessing
import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from tests.brokers.apache import ApacheKafka
from tests.faults.fleet import PARTITIONS, Fleet, fleet
from tests.faults.programme import STOOD_STILL, UNREACHABLE
from tests.faults.verdict import aside_faults, faults, log_faults
from tests.faults.whole_load import fold, tell
from tests.kafka.shop import open_shop

pytestmark = [pytest.mark.kafka, pytest.mark.faults]
MOMENTS: Final = 7


@pytest.fixture
def broker(apache_broker: type[ApacheKafka], tmp_path: Path) -> Iterator[ApacheKafka]:
    """A broker of our own: it is restarted."""
    made = apache_broker(tmp_path / "broker")
    made.start()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def folder() -> Iterator[ProcessPoolExecutor]:
    """A process in which to fold the load, while the workers work on it."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as made:
        yield made


def test_six_kills_a_freeze_and_a_broker_restart_lose_nothing_and_repeat_nothing(
    broker: ApacheKafka, tmp_path: Path, folder: ProcessPoolExecutor
) -> None:
    shop = open_shop(broker.bootstrap, PARTITIONS)
    load, folding = tell(PARTITIONS), folder.submit(fold, PARTITIONS)
    with fleet(shop, tmp_path / "workers", load.records, ("ann", "bob", "cyd"), named=["bob"]) as running:
        moments = _moments()
        kill_inside_a_transaction(running, moments)
        lose_a_disk(running, moments)
        leave_and_join(running, moments)
        restart_the_broker(running, moments, broker)
        swap_a_disk(running, moments)
        kill_at_work(running, moments)
        freeze_past_the_session(running, moments)
    found = faults(shop, load, folding.result(), running.disks())
    found += aside_faults(tmp_path / "workers") + running.too_much()
    found += log_faults(tmp_path / "workers", UNREACHABLE + STOOD_STILL)
    assert not found, "\n".join(found)


def _moments() -> Iterator[float]:
    """Shares of the load at which something happens: a stretch each, and a random moment in it."""
    dice = random.Random(3)
    return (0.03 + 0.75 * (n + 0.6 * dice.random()) / MOMENTS for n in range(MOMENTS))


def kill_inside_a_transaction(running: Fleet, moments: Iterator[float]) -> None:
    running.wait_until_worked(next(moments))
    running.kill_in_transaction("ann")
    running.start("ann")


def lose_a_disk(running: Fleet, moments: Iterator[float]) -> None:
    """Two within a moment, one of which comes back to an empty disk."""
    running.wait_until_worked(next(moments))
    running.kill_in_transaction("cyd")
    running.kill("bob")
    shutil.rmtree(running.disk("bob"))
    running.start("bob")
    running.start("cyd")


def leave_and_join(running: Fleet, moments: Iterator[float]) -> None:
    running.wait_until_worked(next(moments))
    running.leave("ann")
    running.start("dan")


def restart_the_broker(running: Fleet, moments: Iterator[float], broker: ApacheKafka) -> None:
    running.wait_until_worked(next(moments))
    running.restart(broker)


def swap_a_disk(running: Fleet, moments: Iterator[float]) -> None:
    """Two within a moment, one of which comes back to the disk of its first death."""
    running.wait_until_worked(next(moments))
    running.kill("cyd")
    running.kill("bob")
    shutil.rmtree(running.disk("cyd"))
    shutil.copytree(running.as_killed("cyd"), running.disk("cyd"))
    running.start("cyd")
    running.start("bob")


def kill_at_work(running: Fleet, moments: Iterator[float]) -> None:
    running.wait_until_worked(next(moments))
    running.kill("bob")
    running.start("bob")


def freeze_past_the_session(running: Fleet, moments: Iterator[float]) -> None:
    """The others take over what it holds, before it wakes up in the middle of a transaction.

    The last fault, for they go on meanwhile: on a quick machine they come to the end of the load.
    """
    running.wait_until_worked(next(moments))
    woken = running.freeze_in_transaction("dan")
    running.wait_taken_over(woken)
    woken.thaw()
