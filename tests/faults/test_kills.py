"""Workers die, lose their disks, leave, join and freeze under load: every transition is published exactly once."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from schemas.topics import Topics
from tests.faults.disks import disk_faults
from tests.faults.fleet import PARTITIONS, Fleet, fleet
from tests.kafka.audit import Remembered, expected, fold, state_faults, transition_faults
from tests.kafka.closing import closed
from tests.kafka.reading import read_all
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import ShopLoad, Told
from tests.kafka.worker_process import WorkerProcess
from tests.oracle import CustomerTimeline

pytestmark = [pytest.mark.kafka, pytest.mark.faults]
ORDERS: Final = 100_000


@dataclass(frozen=True)
class History:
    """The load of every test here, and what must come of it."""

    told: list[Told]
    wanted: Mapping[str, CustomerTimeline]


@pytest.fixture(scope="module")
def history() -> History:
    nowhere = Shop("", Topics(), PARTITIONS)
    told = list(closed(nowhere, ShopLoad(seed=7, customers=12_000, orders=ORDERS).tell()))
    clocks = dict.fromkeys(range(PARTITIONS), told[-1].at)
    return History(told, expected(nowhere, [one.event for one in told], clocks))


@pytest.fixture
def shop(apache_kafka: str) -> Shop:
    return open_shop(apache_kafka, PARTITIONS)


def test_workers_are_killed_and_come_back_with_and_without_their_disks(
    shop: Shop, tmp_path: Path, history: History
) -> None:
    with fleet(shop, tmp_path, history.told, hold_at=0.6) as running:
        running.wait_until_worked(0.2)
        running.kill("ann")
        running.start("ann").wait_ready()
        running.feeder.go_on()
        running.wait_until_worked(0.65)
        running.kill("bob")
        shutil.rmtree(running.disk("bob"))
        running.start("bob").wait_ready()
    assert_exactly_once(running, history)


def test_a_worker_leaves_another_joins_and_one_that_froze_is_fenced(
    shop: Shop, tmp_path: Path, history: History
) -> None:
    with fleet(shop, tmp_path, history.told, hold_at=0.6) as running:
        running.wait_until_worked(0.2)
        running.leave("ann")
        cyd, bob = running.start("cyd").wait_ready(), running.workers["bob"]
        running.feeder.go_on()
        running.wait_until_worked(0.65)
        known = len(list(bob.told("partition open")))
        cyd.freeze()
        running.wait_for(lambda: len(_opened(bob, known)) == PARTITIONS, "bob has taken over")
        cyd.thaw()
    assert_exactly_once(running, history)
    assert "fenced" in _reopenings(cyd), "void: it woke up with nothing to commit"


def assert_exactly_once(run: Fleet, history: History) -> None:
    """Compare what the workers have published, remembered and left on their disks with the independent fold."""
    shop = run.shop
    assert transition_faults(read_all(shop, shop.topics.transitions), history.wanted)[:5] == []
    changelog = read_all(shop, shop.topics.changelog)
    kept = Remembered(fold(changelog))
    assert state_faults(kept.customers(), history.wanted)[:5] == []
    ends = shop.ends()
    assert {p: row.offsets for p, row in kept.progress().items()} == {p: {shop.topics.orders: ends[p]} for p in ends}
    assert {row.clock for row in kept.progress().values()} == {history.told[-1].at}
    assert shop.committed() == ends
    assert read_all(shop, shop.topics.dead_letters) == []
    assert disk_faults(run.disks(), changelog)[:5] == []


def _opened(worker: WorkerProcess, since: int) -> set[int]:
    return {told["partition"] for told in list(worker.told("partition open"))[since:]}


def _reopenings(worker: WorkerProcess) -> set[str]:
    return {told["reason"] for told in worker.told("partition drops its work and opens again")}
