"""A record that cannot be decided: it alone is set aside and everything else counts, or the worker stops at it."""

import sys
from pathlib import Path

import pytest

from tests.kafka.audit import remembered
from tests.kafka.feeding import Sent, feed, sent
from tests.kafka.reading import read_all
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import T0, ShopLoad
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess

pytestmark = pytest.mark.kafka
POISONED = "poisoned"
ORDERS = 400


def start(shop: Shop, directory: Path, **settings: str) -> WorkerProcess:
    command = (sys.executable, "-m", "tests.kafka.poisoned_worker", POISONED)
    return WorkerProcess(shop, directory, settings, command)


def load(shop: Shop) -> tuple[list[Sent], list[Sent]]:
    """Tell a small load with three orders of the poisoned customer in it; all records, and those three."""
    told = list(ShopLoad(seed=9, customers=40, orders=ORDERS).tell())
    records = [sent(shop, one) for one in told]
    places = (100, 101, 300)
    poisoned = [order(shop, POISONED, number, records[place].timestamp) for number, place in enumerate(places)]
    for place, record in zip(reversed(places), reversed(poisoned), strict=True):
        records.insert(place, record)
    return records, poisoned


def order(shop: Shop, customer: str, number: int, at: int) -> Sent:
    value = (
        f'{{"type":"order_placed","event_id":"p-{number}","customer_id":"{customer}","occurred_at":{at},'
        f'"order_id":"p-{number}","total":{{"amount_minor":100,"currency":"GBP"}}}}'
    )
    return Sent(customer.encode(), value.encode(), at, shop.partition_of(customer))


def test_only_the_records_that_cannot_be_decided_are_set_aside(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, partitions=1)
    records, poisoned = load(shop)
    feed(shop, records)
    with start(shop, tmp_path / "worker") as worker:
        worker.wait_ready()
        shop.wait_until_worked(limit_s=90)
        wait_for(lambda: worker.metric("segue_dlq_records_total", code="internal_error") == 3, 15, "counted")
        reopened = [told["error"] for told in worker.told("partition drops its work and opens again")]
        assert worker.terminate() == 0
    dead = read_all(shop, shop.topics.dead_letters)
    assert [(letter.key, letter.value, letter.timestamp) for letter in dead] == [
        (record.key, record.value, record.timestamp) for record in poisoned
    ]
    for letter in dead:
        assert letter.header("segue.dlq.code") == "internal_error"
        assert letter.header("segue.dlq.stage") == "process"
        assert letter.header("__streams.errors.message").endswith("FaultError")
    customers = remembered(shop).customers()
    assert POISONED not in customers
    assert customers.keys() == {(record.key or b"").decode() for record in records} - {POISONED}
    assert 3 + len(poisoned) <= len(reopened) <= 3 + 2 * len(poisoned), "a batch is tried three times, a record once"
    assert all("poisoned_worker.py" in error for error in reopened)
    assert "may leave" not in worker.log


def test_the_worker_stops_at_the_record_when_told_so(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, partitions=1)
    records, poisoned = load(shop)
    feed(shop, records)
    with start(shop, tmp_path / "worker", SEGUE_POISON="stop") as worker:
        assert worker.wait_ended(90) == 70
        (line,) = [line for line in worker.log.splitlines() if line.startswith("error: ")]
        assert f"{shop.topics.orders}[0] offset {records.index(poisoned[0])} cannot be decided: FaultError" in line
        assert "Operator action" in line
        assert "Traceback" not in worker.log
    assert read_all(shop, shop.topics.dead_letters) == []
    assert len(remembered(shop).customers()) > 1, "what came before is committed"


def test_a_broken_feed_stops_the_worker_before_it_is_drained(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, partitions=1)
    good = [order(shop, f"customer-{number}", number, T0 + number) for number in range(100)]
    feed(shop, good)
    settings = {"SEGUE_DEAD_LETTERS__RUN": "50", "SEGUE_TRANSACTIONS__RECORDS": "20"}
    with WorkerProcess(shop, tmp_path / "worker", settings) as worker:
        worker.wait_ready()
        shop.wait_until_worked(limit_s=30)
        feed(shop, [Sent(b"ann", b"not JSON", T0 + 1_000 + number, 0) for number in range(1_000)])
        assert worker.wait_ended() == 70
        (line,) = [line for line in worker.log.splitlines() if line.startswith("error: ")]
        assert "rejected records in a row" in line
        assert "Operator action" in line
        assert "SEGUE_DEAD_LETTERS__RUN" in line
        assert "Traceback" not in worker.log
    assert len(read_all(shop, shop.topics.dead_letters)) <= 50
    assert len(remembered(shop).customers()) == len(good)
