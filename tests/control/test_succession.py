"""Who decides freezes: the worker that has partition 0 of the inputs, and after its death the next."""

from pathlib import Path

import pytest

from tests.kafka.shop import Shop
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess

pytestmark = pytest.mark.kafka


def has_first_partition(worker: WorkerProcess) -> bool:
    *_, newest = worker.told("partitions assigned")
    return 0 in newest["partitions"]


def terms(worker: WorkerProcess) -> int:
    """Count how often it has begun to decide."""
    return len(list(worker.told("freezes are decided here")))


def test_whoever_has_partition_0_decides_and_is_followed_when_it_dies(shop: Shop, tmp_path: Path) -> None:
    with WorkerProcess(shop, tmp_path / "a") as a, WorkerProcess(shop, tmp_path / "b") as b:
        a.wait_ready()
        b.wait_ready()
        wait_for(lambda: has_first_partition(a) != has_first_partition(b), 30, "one has partition 0")
        first, second = (a, b) if has_first_partition(a) else (b, a)
        wait_for(lambda: terms(first) > 0, 30, "its owner decides")
        before = terms(second)
        first.kill9()
        wait_for(lambda: terms(second) > before, 60, "the next one decides")
        assert second.terminate() == 0
