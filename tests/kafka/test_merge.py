"""Inputs of very different size go in: they are merged by time, nothing is late; an idle input is not waited for."""

import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Final

import orjson
import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from tests.kafka.audit import expected, expected_rewards, remembered, reward_faults, state_faults, transition_faults
from tests.kafka.closing import QUIET_MS, closed
from tests.kafka.feeding import FLUSH_S, Sent, feed, new_producer, sent
from tests.kafka.reading import new_consumer, read_all
from tests.kafka.settled import wait_until_settled
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import T0, Event, ShopLoad, Told
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import PATIENT, WorkerProcess

pytestmark = pytest.mark.kafka
PARTITIONS: Final = 4
ENGAGEMENT: Final = int(os.environ.get("MERGE_ENGAGEMENT", "200000"))
"""Continuous integration has no time for the million that MERGE_ENGAGEMENT=1000000 asks for."""
CUSTOMERS: Final = 2_000
NAMED: Final = 20
"""One engagement in so many is of a kind that the policy names."""
QUIET: Final = {"SEGUE_CUSTOMER_SEGMENTS": "false"} | PATIENT
ALONE: Final = 15
USUAL_S, LONGEST_S = 1.0, 4.0  # the longest on a machine that others share


@dataclass(frozen=True, slots=True)
class Engagement:
    """A year of engagement, made again whenever it is asked for: it is too much to be kept."""

    count: int
    orders: Sequence[Told]
    """Their instants are not used, for facts of one millisecond have no order between topics; the last is the end."""

    def tell(self) -> Iterator[tuple[int, str, str, bytes]]:
        """Give instant, customer, kind and value of every record, in the order of time."""
        dice, taken = random.Random(9), {one.at for one in self.orders}
        step = (max(taken) - QUIET_MS - T0) // self.count
        for number in range(self.count):
            at = T0 + number * step + number % 2
            while at in taken:
                at += 1
            customer = f"customer-{dice.randrange(CUSTOMERS)}"
            kind = "email_opened" if number % NAMED else dice.choice(("review_posted", "site_visited"))
            yield at, customer, kind, _VALUE % (number, customer.encode(), at, kind.encode())

    def named(self) -> Iterator[Told]:
        """Give what makes a difference to anybody."""
        return (Told(at, orjson.loads(value)) for at, _, kind, value in self.tell() if kind != "email_opened")


_VALUE: Final = (
    b'{"type":"engaged","event_id":"e-%d","customer_id":"%b","occurred_at":%d,"kind":"%b","rating":5,"channel":"email"}'
)


def test_a_huge_topic_and_a_small_one_are_merged_by_time(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, PARTITIONS)
    told = list(closed(shop, ShopLoad(seed=4, customers=CUSTOMERS, orders=17_000, days=365).tell()))
    engagement = Engagement(ENGAGEMENT, told)
    feed(shop, (sent(shop, one) for one in told))
    _feed_compactly(shop, engagement)
    with WorkerProcess(shop, tmp_path / "worker", QUIET) as worker:
        wait_until_settled(shop, worker, told[-1].at)
        records = len(told) + ENGAGEMENT
        wait_for(lambda: worker.metric("segue_events_read_total") >= records, 15, "records in the metrics")
        assert worker.metric("segue_events_late_total") == 0
        assert worker.terminate() == 0
    merged = sorted([*told, *engagement.named()], key=attrgetter("at"))
    assert_as_folded(shop, [one.event for one in merged], told[-1].at)


def assert_as_folded(shop: Shop, events: list[Event], clock: int) -> None:
    clocks = dict.fromkeys(range(PARTITIONS), clock)
    wanted, rewards = expected(shop, events, clocks), expected_rewards(shop, events, clocks)
    assert {reward.rule for reward in rewards} == {"welcome", "review-points", "champion-gift"}
    assert transition_faults(read_all(shop, shop.topics.transitions), wanted)[:5] == []
    assert reward_faults(read_all(shop, shop.topics.rewards), rewards)[:5] == []
    assert state_faults(remembered(shop).customers(), wanted)[:5] == []


def test_orders_alone_do_not_wait_for_topics_that_are_idle(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, PARTITIONS)
    with WorkerProcess(shop, tmp_path / "worker", {"SEGUE_CLOCK": "wall"}) as worker:
        worker.wait_ready()
        consumer = new_consumer(shop)
        try:
            consumer.assign([TopicPartition(shop.topics.transitions, p, OFFSET_BEGINNING) for p in range(PARTITIONS)])
            delays = [_delay(shop, consumer, f"customer-{number}") for number in range(ALONE)]
        finally:
            consumer.close()
        assert worker.terminate() == 0
    assert statistics.median(delays) < USUAL_S
    assert max(delays) < LONGEST_S


def _delay(shop: Shop, consumer: Consumer, customer: str) -> float:
    """Place a customer's first order; gives the seconds until a consumer has her entry."""
    at = int(time.time() * 1000)
    order = {
        "type": "order_placed",
        "event_id": f"e-{customer}",
        "customer_id": customer,
        "occurred_at": at,
        "order_id": "o-1",
        "total": {"amount_minor": 1_000, "currency": "GBP"},
    }
    produced = time.monotonic()
    feed(shop, [Sent(customer.encode(), orjson.dumps(order), at, shop.partition_of(customer))])
    wait_for(lambda: _came(consumer, customer), 30, f"the entry of {customer}", every_s=0)
    return time.monotonic() - produced


def _came(consumer: Consumer, customer: str) -> bool:
    message = consumer.poll(0.1)
    return message is not None and message.error() is None and message.key() == customer.encode()


def _feed_compactly(shop: Shop, engagement: Engagement) -> None:
    producer = new_producer(shop, **{"queue.buffering.max.messages": "2000000", "linger.ms": "20"})
    topic = shop.topics.engagement
    homes = {name: shop.partition_of(name) for name in (f"customer-{number}" for number in range(CUSTOMERS))}
    for number, (at, customer, _, value) in enumerate(engagement.tell()):
        producer.produce(topic, value, customer, partition=homes[customer], timestamp=at)
        if number % 1_000 == 0:
            producer.poll(0)
    assert producer.flush(FLUSH_S) == 0, "the broker has not taken every record"
