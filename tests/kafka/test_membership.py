"""An instance id keeps a worker's partitions through a restart, unseen by the others; no two may share one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kafka.feeding import feed, sent
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import ShopLoad
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess

pytestmark = pytest.mark.kafka
PARTITIONS = 4
PATIENT = "30000"
"""Session timeout, ms: a slow machine may need longer for a restart than the tests' usual 6 seconds."""
QUICK = "6000"
FENCED_S = 30.0


def kill(worker: WorkerProcess) -> None:
    worker.kill9()


def stop(worker: WorkerProcess) -> None:
    assert worker.terminate() == 0, worker.log[-2_000:]


@pytest.mark.parametrize("end", [kill, stop])
def test_a_worker_that_comes_back_keeps_its_partitions_without_a_rebalance(
    apache_kafka: str, tmp_path: Path, end: Callable[[WorkerProcess], None]
) -> None:
    shop = open_shop(apache_kafka, PARTITIONS)
    records = [sent(shop, told) for told in ShopLoad(seed=3, customers=100, orders=600).tell()]
    with named(shop, tmp_path / "ann") as ann, named(shop, tmp_path / "bob") as bob:
        wait_for(lambda: settled(ann, bob), 60, "both have partitions")
        feed(shop, records[:300])
        shop.wait_until_worked(limit_s=30)
        held, known = assigned(ann)[-1], len(assigned(bob))
        end(ann)
        with named(shop, tmp_path / "ann") as back:
            back.wait_ready()
            feed(shop, records[300:])
            shop.wait_until_worked(limit_s=30)
            assert assigned(back) == [held]
            assert len(assigned(bob)) == known, "the other worker was drawn into a rebalance"
            assert not list(bob.told("partition drops its work and opens again"))


def test_of_two_workers_with_one_name_the_older_ends_with_one_clear_error(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, PARTITIONS)
    settings = {"SEGUE_KAFKA__INSTANCE_ID": "till-1"}
    with WorkerProcess(shop, tmp_path / "older", settings) as older:
        older.wait_ready()
        with WorkerProcess(shop, tmp_path / "newer", settings) as newer:
            assert older.wait_ended(FENCED_S) == 70
            (line,) = [line for line in older.log.splitlines() if line.startswith("error: ")]
            assert "FencedInstanceId" in line
            assert "SEGUE_KAFKA__INSTANCE_ID" in line
            assert "Traceback" not in older.log
            newer.wait_ready()
            assert assigned(newer)[-1] == list(range(PARTITIONS))


def test_a_named_worker_that_froze_for_too_long_joins_again(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, PARTITIONS)
    with named(shop, tmp_path / "ann", QUICK) as ann, named(shop, tmp_path / "bob", QUICK) as bob:
        wait_for(lambda: settled(ann, bob), 60, "both have partitions")
        known = len(assigned(ann))
        ann.freeze()
        wait_for(lambda: assigned(bob)[-1] == list(range(PARTITIONS)), 60, "the other has taken over")
        ann.thaw()
        wait_for(lambda: len(assigned(ann)) > known and settled(ann, bob), 60, "both have partitions again")
        assert ann.running
        assert "error: " not in ann.log


def named(shop: Shop, directory: Path, session_ms: str = PATIENT) -> WorkerProcess:
    settings = {"SEGUE_KAFKA__INSTANCE_ID": directory.name, "SEGUE_KAFKA__SESSION_TIMEOUT_MS": session_ms}
    return WorkerProcess(shop, directory, settings)


def assigned(worker: WorkerProcess) -> list[list[int]]:
    return [told["partitions"] for told in worker.told("partitions assigned")]


def settled(*workers: WorkerProcess) -> bool:
    """Whether each has said last that it has its share of the partitions, and all of them are taken."""
    shares = [assigned(worker)[-1:] for worker in workers]
    return sorted(p for share in shares for ps in share for p in ps) == list(range(PARTITIONS)) and all(
        share and share[0] for share in shares
    )
