"""Records in, the input topics filled: as fast as it goes, or paced beside a test."""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import orjson
from confluent_kafka import Producer

from schemas.topics import Feed
from tests.kafka.shop import Shop
from tests.kafka.shop_load import Told

FLUSH_S: Final = 60.0
FEED_OF: Final[dict[str, Feed]] = {
    "engaged": "engagement",
    "profile_changed": "customers",
    "customer_erased": "customers",
    "message.delivered": "receipts",
    "message.failed": "receipts",
}
"""Where what is no order belongs."""
Header = tuple[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Sent:
    """One record as it is produced."""

    key: bytes | None
    value: bytes | None
    timestamp: int
    partition: int
    headers: tuple[Header, ...] = ()
    feed: Feed = "orders"


def sent(shop: Shop, told: Told) -> Sent:
    """Write a told event as bare JSON, its instant as the record's timestamp."""
    customer: str = told.event["customer_id"]
    feed = FEED_OF.get(told.event["type"], "orders")
    return Sent(customer.encode(), orjson.dumps(told.event), told.at, shop.partition_of(customer), feed=feed)


def new_producer(shop: Shop, **more: str) -> Producer:
    """Start a producer that keeps the order of records."""
    return Producer(
        {
            "bootstrap.servers": shop.bootstrap,
            "enable.idempotence": True,
            "linger.ms": 5,
            "queue.buffering.max.messages": 500_000,
            **more,
        }
    )


def produce(producer: Producer, shop: Shop, record: Sent) -> None:
    """Hand one record to a producer, waiting while its queue is full."""
    topic = shop.topic(record.feed)
    while True:
        try:
            producer.produce(
                topic,
                value=record.value,
                key=record.key,
                partition=record.partition,
                timestamp=record.timestamp,
                headers=list(record.headers),
            )
        except BufferError:
            producer.poll(0.1)
        else:
            return


def feed(shop: Shop, records: Iterable[Sent]) -> None:
    """Send everything, and wait until the broker has it."""
    producer = new_producer(shop)
    for record in records:
        produce(producer, shop, record)
    assert producer.flush(FLUSH_S) == 0, "the broker has not taken every record"


class Feeder:
    """Sends records at a pace in a thread of its own; leaving the `with` block lets it send all the rest."""

    def __init__(self, shop: Shop, records: Sequence[Sent], per_second: int) -> None:
        self._shop = shop
        self._records = records
        self._per_second = per_second
        self._stop = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="feeder")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._stop.set()
        self._thread.join(FLUSH_S * 2)
        assert not self._thread.is_alive(), "the feeder hangs"
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            producer = new_producer(self._shop)
            self._feed(producer)
            assert self._stop.is_set() or producer.flush(FLUSH_S) == 0, "the broker has not taken every record"
        except BaseException as failure:  # noqa: BLE001  # told to the test in __exit__
            self._failure = failure

    def _feed(self, producer: Producer) -> None:
        records, began, chunk = self._records, time.monotonic(), max(1, self._per_second // 50)
        for start in range(0, len(records), chunk):
            for record in records[start : start + chunk]:
                produce(producer, self._shop, record)
            producer.poll(0)
            ahead = began + (start + chunk) / self._per_second - time.monotonic()
            if self._stop.wait(max(0.0, ahead)):
                return
