"""Records in, what a producer is asked to do out; brokers that fail are no wait without end."""

import asyncio
import gc
from collections import defaultdict
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import MessageSizeTooLargeError
from aiokafka.producer.message_accumulator import BatchBuilder

from app.backfilling import sending
from app.backfilling.record_sorter import Record
from app.backfilling.sending import BATCH_BYTES, Reached, Sender
from app.partitioner import partition_of
from schemas.decoding import LARGEST_RECORD
from tests.builders import DAY, T0, TOPICS

PARTITIONS = 3
TOPIC = {feed: topic for topic, feed in TOPICS.feeds.items()}


class Producer:
    """Takes batches and answers a moment later; `fails` at that number, or never answers from there on if `silent`."""

    def __init__(self, fails: int = 10**9, *, silent: bool = False, end: int = 0) -> None:
        self.sizes: dict[tuple[str, int], list[int]] = defaultdict(list)
        self.futures: list[asyncio.Future[Any]] = []
        self._open: set[tuple[str, int]] = set()
        self._fails, self._silent, self._end = fails, silent, end

    def create_batch(self) -> BatchBuilder:
        return BatchBuilder(BATCH_BYTES, 0)

    async def send_batch(self, batch: BatchBuilder, topic: str, *, partition: int) -> "asyncio.Future[Any]":
        place = topic, partition
        assert place not in self._open, "two at a time may change places"
        future = asyncio.get_running_loop().create_future()
        self.futures.append(future)
        self._open.add(place)
        asyncio.get_running_loop().call_soon(self._answer, future, place, batch.record_count())
        return future

    def _answer(self, future: "asyncio.Future[Any]", place: tuple[str, int], size: int) -> None:
        if len(self.futures) < self._fails:
            self._open.remove(place)
            future.set_result(SimpleNamespace(offset=self._end + sum(self.sizes[place])))
            self.sizes[place].append(size)
        elif not self._silent and not future.done():
            future.set_exception(MessageSizeTooLargeError())


def orders(count: int, value: bytes = b"x" * 100) -> list[Record]:
    return [(T0 + number * DAY, number, "orders", f"customer-{number % 50}", value) for number in range(count)]


def send(producer: Producer, records: Iterable[Record]) -> Reached:
    reached = Reached()
    asyncio.run(Sender(producer, TOPIC, PARTITIONS, lambda at: at, reached).send(records))
    return reached


def test_batches_are_full_and_one_of_a_partition_is_under_way() -> None:
    producer = Producer()
    records = orders(10_000)
    reached = send(producer, records)
    due: dict[tuple[str, int], int] = defaultdict(int)
    for _, _, _, customer, _ in records:
        due[TOPICS.orders, partition_of(customer.encode(), PARTITIONS)] += 1
    assert {place: sum(sizes) for place, sizes in producer.sizes.items()} == due
    assert all(min(sizes[:-1]) > 900 for sizes in producer.sizes.values())
    assert (reached.records, reached.at, reached.not_empty) == (10_000, records[-1][0], set())


def test_the_largest_record_fits() -> None:
    producer = Producer()
    assert send(producer, orders(100, b"x" * LARGEST_RECORD)).records == 100
    assert sum(map(sum, producer.sizes.values())) == 100


def test_topics_that_held_records_are_named() -> None:
    assert send(Producer(end=1), orders(100)).not_empty == {TOPICS.orders}


@pytest.mark.parametrize("silent", [False, True])
def test_a_failure_ends_it_with_what_had_come_for_certain(
    *, silent: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sending, "CHECKPOINT", 10)
    monkeypatch.setattr(sending, "STALLED_SECONDS", 0.05)
    producer, reached, records = Producer(8, silent=silent), Reached(), orders(100)
    with pytest.raises(TimeoutError if silent else MessageSizeTooLargeError):
        asyncio.run(Sender(producer, TOPIC, PARTITIONS, lambda at: at, reached).send(records))
    assert (reached.records, reached.at) == (20, records[19][0])
    assert all(future.done() for future in producer.futures)
    producer.futures.clear()
    gc.collect()
    assert not caplog.records, "nobody asked how the others ended"
