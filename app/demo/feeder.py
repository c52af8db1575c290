"""A shop's events in, batches on the orders topic out, never far ahead of what the worker has worked."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2

from app.demo.reader import Reader
from app.demo.shop import ShopEvent
from app.runtime.clients import client_options
from app.settings import Settings

BATCH_BYTES: Final = 128 * 1024
LARGEST_BATCH_BYTES: Final = 1_000_000
"""A broker takes 1 MiB; all that one partition gets in one instant must fit."""
AHEAD_BYTES: Final = 2 * 1024 * 1024
"""The embedded broker keeps 5 MiB of a partition and then drops the oldest, worked or not."""


@dataclass(slots=True)
class Batch:
    """Consecutive events of one partition that end with an instant, not in the middle of one."""

    partition: int
    events: list[ShopEvent] = field(default_factory=list)
    size: int = 0

    def add(self, event: ShopEvent) -> None:
        """Take one event more."""
        self.events.append(event)
        self.size += len(event.payload)


def batches(events: Iterable[ShopEvent], partitions: int, size: int = BATCH_BYTES) -> Iterator[Batch]:
    """Cut a stream of events into batches of about `size` bytes.

    Facts of one instant are judged together: a worker that had read half of them would publish a move too many.
    """
    growing = {partition: Batch(partition) for partition in range(partitions)}
    for event in events:
        partition = (murmur2(event.customer_id.encode()) & 0x7FFFFFFF) % partitions
        batch = growing[partition]
        if batch.size >= size and batch.events[-1].occurred_at != event.occurred_at:
            yield batch
            batch = growing[partition] = Batch(partition)
        batch.add(event)
    yield from (batch for batch in growing.values() if batch.events)


class Feeder:
    """Plays events into the orders topic, as fast as the worker lets it."""

    def __init__(self, settings: Settings, partitions: int, reader: Reader) -> None:
        self._settings = settings
        self._partitions = partitions
        self._reader = reader
        self._ahead: dict[int, deque[tuple[int, int]]] = {p: deque() for p in range(partitions)}
        self._sending: dict[int, Any] = {}
        self.orders: Counter[str] = Counter()
        """Orders and refunds by customer."""
        self.ends: Counter[int] = Counter()
        """Events sent by partition: the topic is new, so this is its end."""

    @property
    def sent(self) -> int:
        """How many events have been sent."""
        return self.ends.total()

    async def feed(self, events: Iterable[ShopEvent]) -> None:
        """Send everything, and wait until the worker has worked it."""
        producer = AIOKafkaProducer(
            **client_options(self._settings.kafka), enable_idempotence=True, max_batch_size=LARGEST_BATCH_BYTES
        )
        await producer.start()
        try:
            for batch in batches(events, self._partitions):
                await self._reader.until(partial(self._has_room, batch))
                await self._send(producer, batch)
            for sending in self._sending.values():
                await sending
        finally:
            await producer.stop()
        await self._reader.until(lambda: all(self._reader.worked[p] >= end for p, end in self.ends.items()))

    def _has_room(self, batch: Batch) -> bool:
        ahead = self._ahead[batch.partition]
        while ahead and ahead[0][0] <= self._reader.worked[batch.partition]:
            ahead.popleft()
        return sum(size for _, size in ahead) + batch.size <= AHEAD_BYTES

    async def _send(self, producer: AIOKafkaProducer, batch: Batch) -> None:
        """Hand one batch over; one is under way for each partition."""
        if (previous := self._sending.get(batch.partition)) is not None:
            await previous
        builder = producer.create_batch()
        for event in batch.events:
            key = event.customer_id.encode()
            if builder.append(key=key, value=event.payload, timestamp=event.occurred_at) is None:
                raise ValueError(f"more than {LARGEST_BATCH_BYTES} bytes in one batch: an instant may not be split")
            self.orders[event.customer_id] += b'"order_placed"' in event.payload[:40]
        self._sending[batch.partition] = await producer.send_batch(
            builder, self._settings.topics.orders, partition=batch.partition
        )
        self.ends[batch.partition] += len(batch.events)
        self._ahead[batch.partition].append((self.ends[batch.partition], batch.size))
