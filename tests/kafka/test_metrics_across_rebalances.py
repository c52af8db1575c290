"""Workers come and go: what they tell Prometheus together stays the state of the shop."""

from collections import Counter
from pathlib import Path

import pytest

from tests.kafka.audit import remembered
from tests.kafka.feeding import feed, sent
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import ShopLoad
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess

pytestmark = pytest.mark.kafka
PARTITIONS = 4
SEGMENTS = ("champions", "loyal", "recent", "needs_attention", "at_risk", "inactive", "none")


def test_customers_per_segment_are_counted_once_whoever_has_their_partitions(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, PARTITIONS)
    with WorkerProcess(shop, tmp_path / "ann") as ann:
        ann.wait_ready()
        feed(shop, [sent(shop, told) for told in ShopLoad(seed=5, customers=200, orders=1_500).tell()])
        shop.wait_until_worked(limit_s=30)
        wanted = counted(shop)
        assert shown(ann) == wanted
        with WorkerProcess(shop, tmp_path / "bob") as bob:
            wait_for(lambda: ann.partitions() and bob.partitions(), 60, "both have partitions")
            wait_for(lambda: shown(ann) + shown(bob) == wanted, 30, "the same customers, counted by two")
            lags = sum(worker.metric("segue_lag_records") for worker in (ann, bob))
            assert (lags, ann.partitions() + bob.partitions()) == (0, PARTITIONS)
            assert bob.terminate() == 0
        wait_for(lambda: ann.partitions() == PARTITIONS and shown(ann) == wanted, 60, "all of them back with one")


def counted(shop: Shop) -> Counter[str]:
    """Customers per segment, as the changelog has them."""
    return Counter(row.segment or "none" for row in remembered(shop).customers().values())


def shown(worker: WorkerProcess) -> Counter[str]:
    """The same as a worker shows them."""
    found = {name: int(worker.metric("segue_customers", segment=name)) for name in SEGMENTS}
    return Counter({name: count for name, count in found.items() if count})
