"""A worker that is stuck ends by itself; one that is asked to end under load does so in time, and its memory stays."""

import sys
import time
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from tests.kafka.feeding import Sent, feed, sent
from tests.kafka.reading import read_all
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import T0, ShopLoad
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess

pytestmark = pytest.mark.kafka
STUCK: Final = "stuck"
STOP_S: Final = 20.0
BACKLOG: Final = 60_000
"""Orders that wait at once: more than a worker takes in hand, and many times what this one works in a second."""
SLOW: Final = {"SEGUE_TRANSACTIONS__RECORDS": "20"}
FIRST: Final = 2_000
WORKED: Final = 5_000
GROWTH_MIB: Final = 150


def order(shop: Shop, customer: str, number: int) -> Sent:
    at = T0 + number
    value = (
        f'{{"type":"order_placed","event_id":"e-{number}","customer_id":"{customer}","occurred_at":{at},'
        f'"order_id":"n-{number}","total":{{"amount_minor":100,"currency":"GBP"}}}}'
    )
    return Sent(customer.encode(), value.encode(), at, shop.partition_of(customer))


def resident_mib(worker: WorkerProcess) -> float:
    pages = Path(f"/proc/{worker.pid}/statm").read_text("utf-8").split()[1]
    return int(pages) * 4096 / 2**20


def test_a_worker_that_is_stuck_while_lag_grows_ends_with_a_code_of_its_own(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, partitions=1)
    settings = {"SEGUE_STALL_SECONDS": "5", "SEGUE_CLOCK": "wall"}
    command = (sys.executable, "-m", "tests.kafka.stuck_worker", STUCK)
    with WorkerProcess(shop, tmp_path / "worker", settings, command) as worker:
        worker.wait_ready()
        feed(shop, [order(shop, "ann", number) for number in range(10)])
        shop.wait_until_worked(limit_s=30)
        feed(shop, [order(shop, STUCK, 10)])
        numbers = count(11)

        def ended() -> bool:
            feed(shop, [order(shop, "ann", next(numbers))])  # all at once may be there before the watchdog looks first
            return not worker.running

        wait_for(ended, 30, "the end of the worker")
        assert worker.wait_ended() == 75
        (line,) = [line for line in worker.log.splitlines() if line.startswith("error: ")]
        assert line.startswith("error: partition 0: nothing has been committed for 5 s")
        assert "Operator action: " in line
        (told,) = worker.told("a partition is stalled")
        assert any(place.startswith("stuck_worker.py:") for place in told["at"])
    with WorkerProcess(shop, tmp_path / "worker", {"SEGUE_CLOCK": "wall"}) as healthy:
        healthy.wait_ready()
        shop.wait_until_worked(limit_s=30)
    assert {move.payload["customer_id"] for move in read_all(shop, shop.topics.transitions)} >= {"ann", STUCK}


def test_a_backlog_keeps_memory_bounded_and_a_worker_under_load_ends_in_time(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, partitions=2)
    load = [sent(shop, told) for told in ShopLoad(seed=4, customers=500, orders=BACKLOG).tell()]
    with WorkerProcess(shop, tmp_path / "worker", SLOW) as worker:
        worker.wait_ready()
        feed(shop, load[:FIRST])
        shop.wait_until_worked(limit_s=60)
        taken = [resident_mib(worker)]
        feed(shop, load[FIRST:])

        def has_worked() -> bool:
            taken.append(resident_mib(worker))
            return worker.metric("segue_events_read_total") > FIRST + WORKED

        wait_for(has_worked, 60, "it works on its backlog")
        assert worker.metric("segue_lag_records") > WORKED, "it is still under load"
        asked = time.monotonic()
        assert worker.terminate() == 0
        assert time.monotonic() - asked < STOP_S
    assert max(taken) - taken[0] < GROWTH_MIB
