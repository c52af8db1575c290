"""A bridge on real Kafka, killed in the middle: every fact and every dead letter is there once."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import orjson
import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from tests.bridging.records import AT, Sent, order, refund, shopify
from tests.kafka.reading import new_consumer, read_all
from tests.kafka.shop import Shop, open_shop
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import SEGUE, WorkerProcess

pytestmark = pytest.mark.kafka
ORDERS: Final = 6_000
SOURCES: Final = 2


def sent() -> list[Sent]:
    """Orders, of each the refund somewhere, and here and there what nobody understands."""
    told = [shopify("orders/create", order(number, number % 97)) for number in range(ORDERS)]
    told += [shopify("refunds/create", refund(number, number)) for number in range(0, ORDERS, 4)]
    told += [shopify("carts/create", {"n": number}) for number in range(ORDERS // 100)]
    random.Random(5).shuffle(told)
    return told


def feed(shop: Shop, source: str) -> None:
    admin = AdminClient({"bootstrap.servers": shop.bootstrap})
    for answer in admin.create_topics([NewTopic(source, SOURCES, 1, config={"retention.ms": "-1"})]).values():
        answer.result(30)
    produce(shop, source, sent())


def produce(shop: Shop, source: str, records: list[Sent]) -> None:
    producer = Producer({"bootstrap.servers": shop.bootstrap})
    for number, one in enumerate(records):
        producer.produce(source, one.value, partition=number % SOURCES, headers=list(one.headers), timestamp=AT)
        producer.poll(0)
    assert producer.flush(60) == 0


@contextmanager
def writing(shop: Shop) -> Iterator[Callable[[], int]]:
    """Tell how many offsets the orders have, committed or not: reading them all would miss a bridge that is quick."""
    consumer = new_consumer(shop)
    partitions = [TopicPartition(shop.topics.orders, p) for p in range(shop.partitions)]
    try:
        yield lambda: sum(consumer.get_watermark_offsets(one, timeout=30)[1] for one in partitions)
    finally:
        consumer.close()


def test_a_bridge_that_is_killed_or_taken_over_from_loses_nothing_and_repeats_nothing(
    apache_kafka: str, tmp_path: Path
) -> None:
    shop = open_shop(apache_kafka, 3)
    source = f"{shop.topics.prefix}webhooks"
    feed(shop, source)
    command = (*SEGUE, "bridge", "--mapping", "shopify", "--topic", source)

    def arrived() -> int:
        return len(read_all(shop, shop.topics.orders))

    with WorkerProcess(shop, tmp_path / "killed", command=command) as bridge, writing(shop) as written:
        wait_for(lambda: written() > ORDERS // 4, 60, "facts", every_s=0.001)
        bridge.kill9()
    assert arrived() < ORDERS + ORDERS // 4, "it was killed too late to show anything"
    with WorkerProcess(shop, tmp_path / "last", command=command) as bridge:
        wait_for(lambda: arrived() >= ORDERS + ORDERS // 4, 90, "all facts")
        wait_for(lambda: len(read_all(shop, shop.topics.dead_letters)) >= ORDERS // 100, 30, "all dead letters")
        with WorkerProcess(shop, tmp_path / "rival", command=command) as rival:
            wait_for(lambda: "bridge starts" in rival.log, 60, "the rival")
            produce(shop, source, [shopify("orders/create", order(ORDERS, ORDERS % 97))])
            assert bridge.wait_ended(60) == 1
            assert "has taken over" in bridge.log
            wait_for(lambda: arrived() > ORDERS + ORDERS // 4, 30, "the fact that only the rival may send")
            assert rival.terminate() == 0
    facts = [orjson.loads(one.value or b"") for one in read_all(shop, shop.topics.orders)]
    assert Counter((fact["event_id"], fact["customer_id"]) for fact in facts) == Counter(
        [(f"order_placed-{number}", str(number % 97)) for number in range(ORDERS + 1)]
        + [(f"order_refunded-{number}", str(number % 97)) for number in range(0, ORDERS, 4)]
    )
    letters = read_all(shop, shop.topics.dead_letters)
    assert Counter(one.header("segue.dlq.code") for one in letters) == {"unknown_type": ORDERS // 100}
    assert {(one.key, one.partition) for one in read_all(shop, shop.topics.orders)} == {
        (str(customer).encode(), shop.partition_of(str(customer))) for customer in range(97)
    }
