"""A history and the input topics in; how many records of each partition a run before this one has sent, out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.backfilling.record_sorter import Record
from app.partitioner import partition_of
from app.runtime.clients import committed_reader
from app.settings import Settings
from app.spans import Span, records
from schemas.topics import Feed

Place = tuple[Feed, int]
"""A feed, and a partition of its topic."""


class Newest(NamedTuple):
    """The last record of a partition, and how many that makes."""

    number: int
    timestamp: int
    key: bytes | None
    value: bytes | None


async def held(settings: Settings, partitions: int) -> dict[Place, Newest] | None:
    """Look what the input topics hold; None where a log begins later than at 0, so that nobody can count it."""
    feeds = settings.topics.feeds
    places = [TopicPartition(topic, partition) for topic in feeds for partition in range(partitions)]
    consumer = committed_reader(settings.kafka)
    await consumer.start()
    try:
        begins, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        if any(begins.values()):
            return None
        found = {tp: await _record_before(consumer, tp, ends[tp]) for tp in places if ends[tp]}
    finally:
        await consumer.stop()
    return {
        (feeds[tp.topic], tp.partition): Newest(ends[tp], record.timestamp, record.key, record.value)
        for tp, record in found.items()
        if record is not None
    }


def sent_before(history: Iterable[Record], newest: Mapping[Place, Newest], partitions: int) -> dict[Place, int]:
    """Count what needs no sending: all that the topics hold, if it is how this history begins; else nothing.

    Every partition gets its records in one order and without a gap. So what a run before this one has sent is told
    from anything else by the newest record of each partition: in the history it has the same number there.
    """
    number: Counter[Place] = Counter()
    same = 0
    for at, _, feed, customer_id, value in history:
        key = customer_id.encode()
        place = feed, partition_of(key, partitions)
        number[place] += 1
        there = newest.get(place)
        same += there == (number[place], at, key, value)
    return {place: there.number for place, there in newest.items()} if same == len(newest) else {}


async def _record_before(consumer: AIOKafkaConsumer, tp: TopicPartition, end: int) -> Any | None:
    """Read the last record; None if what stands there is none: control records are no part of a history."""
    async with aclosing(records(consumer, Span(tp, end - 1, end))) as found:
        return await anext(found, None)
