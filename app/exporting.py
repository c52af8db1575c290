"""A customer in, all that the topics hold of her out: what was told, what was decided, where she stands."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from app.kafka_errors import clear_kafka_errors
from app.partitioner import partition_of
from app.rights_check import check_rights
from app.runtime.clients import committed_reader
from app.runtime.errors import SegueError
from app.settings import Settings
from app.spans import Span, records
from app.topic_check import partition_counts
from schemas.instants import rfc3339
from schemas.topics import Topics

TYPE: Final = "ce_type"


@dataclass(frozen=True, slots=True)
class Held:
    """One record of hers, as it stands in its topic; `value` is text where it is no JSON."""

    topic: str
    partition: int
    offset: int
    recorded_at: str
    type: str | None
    value: Any


@dataclass(frozen=True, slots=True)
class Export:
    """All of them, by what they are, in the order of their topics."""

    customer_id: str
    facts: list[Held] = field(default_factory=list)
    """What was told of her, also what was rejected."""
    standing: Held | None = None
    """Where she stands, by the newest record; None: nowhere, or erased."""
    transitions: list[Held] = field(default_factory=list)
    rewards: list[Held] = field(default_factory=list)
    messages: list[Held] = field(default_factory=list)
    alerts: list[Held] = field(default_factory=list)
    dead_letters: list[Held] = field(default_factory=list)

    def as_object(self) -> dict[str, Any]:
        """Give it as one object for programs."""
        return asdict(self)


async def export(customer_id: str, settings: Settings) -> Export:
    """Read committed records, of nobody's group, up to where the topics end now; SegueError when the brokers fail.

    A record is hers by its key. Of what the workers remember the changelog holds the same once more, as rows.
    """
    counts = await partition_counts(settings)  # says clearly when no broker answers
    await check_rights(settings, "export")
    topics, found = settings.topics, Export(customer_id)
    kept: dict[str, Callable[[Held], None]] = {
        **dict.fromkeys(topics.inputs, found.facts.append),
        topics.transitions: found.transitions.append,
        topics.rewards: found.rewards.append,
        topics.messages: found.messages.append,
        topics.alerts: found.alerts.append,
        topics.dead_letters: found.dead_letters.append,
    }
    missing = [name for name in (*kept, topics.customer_segments) if not counts.get(name)]
    if missing:
        raise SegueError(
            f"topics are missing: {', '.join(missing)}. Operator action: create them with `segue topics apply`."
        )
    async with _reader(customer_id.encode(), settings, counts) as reader:
        for topic, keep in kept.items():
            async for record in reader.records(topic):
                keep(_held(record))
        newest = [record async for record in reader.records(topics.customer_segments)][-1:]
    standing = next((_held(record) for record in newest if record.value is not None), None)
    return replace(found, standing=standing)


class _Reader:
    """Reads what has her key."""

    def __init__(self, key: bytes, topics: Topics, counts: dict[str, int], consumer: AIOKafkaConsumer) -> None:
        self._key = key
        self._topics = topics
        self._counts = counts
        self._consumer = consumer

    async def records(self, topic: str) -> AsyncIterator[Any]:
        """Give her records of a topic, partition by partition, in the order of the log."""
        tps = [TopicPartition(topic, partition) for partition in self._partitions(topic)]
        begins, ends = await self._consumer.beginning_offsets(tps), await self._consumer.end_offsets(tps)
        for tp in tps:
            async for record in records(self._consumer, Span(tp, begins[tp], ends[tp])):
                if record.key == self._key:
                    yield record

    def _partitions(self, topic: str) -> list[int]:
        """Name where her records can be: an input's are where its producers put them, rightly or not."""
        topics, count = self._topics, self._counts[topic]
        if topic in topics.inputs or topic == topics.dead_letters:
            return list(range(count))
        return [partition_of(self._key, self._counts[topics.orders]) % count]


@asynccontextmanager
async def _reader(key: bytes, settings: Settings, counts: dict[str, int]) -> AsyncIterator[_Reader]:
    """Connect once for all topics; SegueError for what goes wrong at the brokers."""
    consumer = committed_reader(settings.kafka)
    try:
        with clear_kafka_errors(settings.kafka, "may read what Segue publishes, its inputs and the dead letters"):
            await consumer.start()
            yield _Reader(key, settings.topics, counts, consumer)
    finally:
        await consumer.stop()


def _held(record: Any) -> Held:
    types = [value for name, value in record.headers if name == TYPE]
    value = _spelled(record.value)
    told = types[0].decode("utf-8", "replace") if types and types[0] is not None else None
    bare = value.get("type") if isinstance(value, dict) else None
    return Held(record.topic, record.partition, record.offset, rfc3339(record.timestamp), told or bare, value)


def _spelled(value: bytes | None) -> Any:
    if value is None:
        return None
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value.decode("utf-8", "replace")
