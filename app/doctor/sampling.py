"""Topics in, their newest records and the first one of every changelog partition out; of nobody's group."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.partitioner import partition_of
from app.runtime.clients import committed_reader
from app.settings import Settings
from tables.keys import PROGRESS

TAIL: Final = 20
"""Records looked at per partition."""

ROUNDS_SECONDS: Final = 2.0


@dataclass(slots=True)
class Sample:
    """What the newest records of a topic are like; `newest` is the largest timestamp (epoch ms), 0 without records."""

    partitions: int
    records: int = 0
    keyless: int = 0
    newest: int = 0
    astray: Counter[int] = field(default_factory=Counter)

    def take(self, record: Any) -> None:
        """Look at one record."""
        self.records += 1
        self.newest = max(self.newest, record.timestamp)
        if record.key is None:
            self.keyless += 1
        elif partition_of(record.key, self.partitions) != record.partition:
            self.astray[record.partition] += 1


async def newest_records(settings: Settings, counts: Mapping[str, int]) -> dict[str, Sample]:
    """Look at the newest records of every partition of these topics, as far as they come in time."""
    tps = [TopicPartition(topic, p) for topic, count in counts.items() for p in range(count)]
    samples = {topic: Sample(count) for topic, count in counts.items()}
    async with _reader(settings) as consumer:
        begins, ends = await consumer.beginning_offsets(tps), await consumer.end_offsets(tps)
        starts = {tp: max(begins[tp], ends[tp] - TAIL) for tp in tps if begins[tp] < ends[tp]}
        async for record in _records(consumer, starts, ends):
            samples[record.topic].take(record)
    return samples


async def beginnings(settings: Settings, topic: str, partitions: int) -> dict[int, int]:
    """Give where the log of every partition begins."""
    async with _reader(settings) as consumer:
        begins = await consumer.beginning_offsets([TopicPartition(topic, partition) for partition in range(partitions)])
    return {tp.partition: offset for tp, offset in begins.items()}


async def first_records(settings: Settings, topic: str, partitions: int) -> dict[int, Any]:
    """Give the first record of every partition that has one."""
    tps = [TopicPartition(topic, partition) for partition in range(partitions)]
    found: dict[int, Any] = {}
    async with _reader(settings) as consumer:
        begins, ends = await consumer.beginning_offsets(tps), await consumer.end_offsets(tps)
        starts = {tp: begins[tp] for tp in tps if begins[tp] < ends[tp]}
        # Records of one partition come in order, and control records that begin a log are none.
        async for record in _records(consumer, starts, ends):
            found.setdefault(record.partition, record)
            if len(found) == len(starts):
                return found
    return found


async def newest_progress(settings: Settings, topic: str, partitions: int) -> dict[int, bytes]:
    """Give the progress row that is newest in each partition, where one is among its newest records.

    Every transaction writes one, last: only behind large ones that were aborted there is none.
    """
    tps = [TopicPartition(topic, partition) for partition in range(partitions)]
    found: dict[int, bytes] = {}
    async with _reader(settings) as consumer:
        begins, ends = await consumer.beginning_offsets(tps), await consumer.end_offsets(tps)
        starts = {tp: max(begins[tp], ends[tp] - TAIL) for tp in tps if begins[tp] < ends[tp]}
        async for record in _records(consumer, starts, ends):
            if record.key == PROGRESS:
                found[record.partition] = record.value
    return found


async def _records(
    consumer: AIOKafkaConsumer, starts: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
) -> AsyncIterator[Any]:
    """Give what lies between, until time is up; looks at positions, for control and aborted records leave holes."""
    if not starts:
        return
    consumer.assign(list(starts))
    for tp, start in starts.items():
        consumer.seek(tp, start)
    clock = asyncio.get_running_loop().time
    limit = clock() + ROUNDS_SECONDS
    left = set(starts)
    while left and clock() < limit:
        for records in (await consumer.getmany(timeout_ms=200)).values():
            for record in records:
                yield record
        for tp in [tp for tp in left if await consumer.position(tp) >= ends[tp]]:
            left.remove(tp)
            consumer.pause(tp)


@asynccontextmanager
async def _reader(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = committed_reader(settings.kafka)
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()
