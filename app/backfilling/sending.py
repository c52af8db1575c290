"""Records in the order of time in, full batches on the input topics out, each partition in that order."""

import asyncio
import logging
from asyncio import Future
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from app.backfilling.record_sorter import Record
from app.backfilling.resuming import Place
from app.partitioner import partition_of
from app.runtime.clients import client_options
from app.settings import Settings
from schemas.topics import Feed

BATCH_BYTES: Final = 128 * 1024
COMPRESSION: Final = "gzip"
"""No other needs a further package, on this side or the reader's."""
CHECKPOINT: Final = 20_000
"""Records after which all that was sent is awaited: so far a run has come for certain."""
STALLED_SECONDS: Final = 120
STOP_SECONDS: Final = 5
HOMES: Final = 200_000
"""Customers whose key and partition are remembered."""


@dataclass(slots=True)
class Reached:
    """How far it has come for certain."""

    records: int = 0
    at: int | None = None
    """Everything recorded before this instant is in the topics."""
    there: Mapping[Place, int] = field(default_factory=dict)
    """How many records of a place, from its first on, are in the topics already: a run before this one was stopped."""
    not_empty: set[str] = field(default_factory=set)
    """Topics that held records before."""


class Sender:
    """Fills a batch for each partition of each topic; of a partition one batch at a time is under way."""

    def __init__(
        self, producer: Any, topics: Mapping[Feed, str], partitions: int, stamp: Callable[[int], int], reached: Reached
    ) -> None:
        self._producer = producer
        self._topics = topics
        self._stamp = stamp
        self._reached = reached
        self._left_out = dict(reached.there)
        self._growing: dict[Place, Any] = {}
        self._under_way: dict[Place, Future[Any]] = {}
        self._begun: set[Place] = set()

        @lru_cache(HOMES)
        def home(customer_id: str) -> tuple[bytes, int]:
            key = customer_id.encode()
            return key, partition_of(key, partitions)

        self._home = home

    async def send(self, records: Iterable[Record]) -> None:
        """Send everything; when this ends the brokers have it. Errors of aiokafka leave it as they are."""
        try:
            number = at = 0
            for number, record in enumerate(records, 1):
                at, _, feed, customer_id, value = record
                key, partition = self._home(customer_id)
                place = feed, partition
                stamp = self._stamp(at)
                if self._left_out.get(place):
                    self._left_out[place] -= 1
                elif not self._append(place, stamp, key, value):
                    await self._hand_over(place)
                    self._append(place, stamp, key, value)  # an empty batch takes any record
                if number % CHECKPOINT == 0:
                    await self._checkpoint(number, at)
            await self._checkpoint(number, at)
        finally:
            _forget(self._under_way.values())

    def _append(self, place: Place, stamp: int, key: bytes, value: bytes) -> bool:
        """Put a record into the growing batch of its place; False = it is full."""
        batch = self._growing.get(place)
        if batch is None:
            batch = self._growing[place] = self._producer.create_batch()
        return batch.append(timestamp=stamp, key=key, value=value) is not None

    async def _hand_over(self, place: Place) -> None:
        """Send the growing batch of a place when the one before it has arrived."""
        await self._arrival(place)
        topic, batch = self._topics[place[0]], self._growing.pop(place)
        self._under_way[place] = await self._producer.send_batch(batch, topic, partition=place[1])

    async def _arrival(self, place: Place) -> None:
        if place not in self._under_way:
            return
        async with asyncio.timeout(STALLED_SECONDS):
            metadata = await self._under_way[place]
        del self._under_way[place]
        if place not in self._begun:
            self._begun.add(place)
            if metadata.offset > self._reached.there.get(place, 0):
                self._reached.not_empty.add(self._topics[place[0]])

    async def _checkpoint(self, records: int, at: int) -> None:
        for place in list(self._growing):
            await self._hand_over(place)
        for place in list(self._under_way):
            await self._arrival(place)
        self._reached.records, self._reached.at = records, at


def _forget(under_way: Iterable[Future[Any]]) -> None:
    """Wait no longer for what was under way when something else failed, and say nothing of how it ended."""
    for sending in under_way:
        if not sending.cancel() and not sending.cancelled():
            sending.exception()


@asynccontextmanager
async def open_producer(settings: Settings) -> AsyncIterator[Any]:
    """Hold a producer that neither loses nor repeats nor reorders; what aiokafka says of errors, ours say better."""
    chatter = logging.getLogger("aiokafka")
    level = chatter.level
    chatter.setLevel(logging.CRITICAL)
    producer = AIOKafkaProducer(
        **client_options(settings.kafka),
        enable_idempotence=True,
        acks="all",
        max_batch_size=BATCH_BYTES,
        compression_type=COMPRESSION,
    )
    try:
        await producer.start()
        yield producer
    finally:
        await _stop(producer)
        chatter.setLevel(level)


async def _stop(producer: Any) -> None:
    """Let go of the brokers, also of those that no longer answer."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await producer.stop()
    except (KafkaError, OSError):
        await producer.client.close()
