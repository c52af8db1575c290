"""A shop's events in, compressed batches on the input topics out, all of them before a worker reads."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from aiokafka import AIOKafkaProducer

from app.demo.shop import ShopEvent
from app.partitioner import partition_of
from app.runtime.clients import client_options
from app.settings import Settings
from schemas.topics import Feed

BATCH_BYTES: Final = 128 * 1024
LARGEST_BATCH_BYTES: Final = 1_000_000
"""A broker takes 1 MiB; all that one partition gets in one instant must fit."""
COMPRESSION: Final = "gzip"
"""The embedded broker keeps 5 MiB of a partition and then drops the oldest, read or not: a year is 11 MiB of JSON."""


@dataclass(slots=True)
class Batch:
    """Consecutive events of one partition that end with an instant, not in the middle of one."""

    feed: Feed
    partition: int
    events: list[ShopEvent] = field(default_factory=list)
    size: int = 0

    def add(self, event: ShopEvent) -> None:
        """Take one event more."""
        self.events.append(event)
        self.size += len(event.payload)


def batches(events: Iterable[ShopEvent], partitions: int, size: int = BATCH_BYTES) -> Iterator[Batch]:
    """Cut a stream of events into batches of about `size` bytes for each partition of each topic.

    Facts of one instant are judged together: a worker that had read half of them would publish a move too many.
    """
    growing: dict[tuple[Feed, int], Batch] = {}
    for event in events:
        place = event.feed, partition_of(event.customer_id.encode(), partitions)
        batch = growing.setdefault(place, Batch(*place))
        if batch.size >= size and batch.events[-1].occurred_at != event.occurred_at:
            yield batch
            batch = growing[place] = Batch(*place)
        batch.add(event)
    yield from growing.values()


class Feeder:
    """Writes events into the input topics.

    A worker merges its inputs by time as long as it knows that more is to come, and takes an input that is empty at
    its word. Whoever feeds a history of several topics while it reads makes it take one ahead of another, and facts
    late: so the history is complete before the worker starts.
    """

    def __init__(self, settings: Settings, partitions: int) -> None:
        self._settings = settings
        self._partitions = partitions
        self._topics = {feed: topic for topic, feed in settings.topics.feeds.items()}
        self._sending: dict[tuple[str, int], Any] = {}
        self.orders: Counter[str] = Counter()
        """Orders by customer; one who only sent goods back has 0."""
        self.ends: Counter[tuple[str, int]] = Counter()
        """Events sent by topic and partition: the topics are new, so this is their end."""

    @property
    def sent(self) -> int:
        """How many events have been sent."""
        return self.ends.total()

    async def feed(self, events: Iterable[ShopEvent]) -> None:
        """Send everything; when this ends the brokers have it."""
        producer = AIOKafkaProducer(
            **client_options(self._settings.kafka),
            enable_idempotence=True,
            max_batch_size=LARGEST_BATCH_BYTES,
            compression_type=COMPRESSION,
        )
        await producer.start()
        try:
            for batch in batches(events, self._partitions):
                await self._send(producer, batch)
            for sending in self._sending.values():
                await sending
        finally:
            await producer.stop()

    async def _send(self, producer: AIOKafkaProducer, batch: Batch) -> None:
        """Hand one batch over; one is under way for each partition of a topic."""
        place = self._topics[batch.feed], batch.partition
        if (previous := self._sending.get(place)) is not None:
            await previous
        builder = producer.create_batch()
        for event in batch.events:
            key = event.customer_id.encode()
            if builder.append(key=key, value=event.payload, timestamp=event.occurred_at) is None:
                raise ValueError(f"more than {LARGEST_BATCH_BYTES} bytes in one batch: an instant may not be split")
            if event.feed == "orders":
                self.orders[event.customer_id] += b'"order_placed"' in event.payload[:40]
        self._sending[place] = await producer.send_batch(builder, place[0], partition=batch.partition)
        self.ends[place] += len(batch.events)
