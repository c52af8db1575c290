"""A customer in, the evidence of her out: her partition of the input topics, up to where they ended."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from heapq import merge
from operator import itemgetter
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.explaining.evidence import Evidence
from app.kafka_errors import clear_kafka_errors
from app.partitioner import partition_of
from app.rights_check import check_rights
from app.runtime.clients import committed_reader
from app.runtime.errors import SegueError
from app.settings import Settings
from app.simulate.progress import Progress
from app.spans import Span, batches
from app.topic_check import partition_counts
from schemas.cut_points import CutPoints
from schemas.decoding import decode
from schemas.facts import Fact
from schemas.rejections import Rejected
from schemas.topics import Feed

Stamped = tuple[int, Fact]
"""The time of a record as the intake merges by it, and its fact."""


class _Input(NamedTuple):
    """Her partition of one topic, up to where it ends."""

    span: Span
    feed: Feed


async def evidence_of_topics(
    customer_id: str, settings: Settings, progress: Progress, *, as_of: int, cut_points: list[CutPoints]
) -> Evidence:
    """Read committed records, of nobody's group; SegueError when the brokers fail or know nothing of her."""
    counts = await partition_counts(settings)  # says clearly when no broker answers
    await check_rights(settings, "explain")
    missing = [topic for topic in settings.topics.inputs if not counts.get(topic)]
    if missing:
        raise SegueError(
            f"topics are missing: {', '.join(missing)}. Operator action: create them with `segue topics apply`."
        )
    async with _consumer(settings) as consumer:
        reader = _Reader(customer_id, consumer, progress)
        inputs = await reader.inputs(settings, counts)
        told = [await reader.read(one) for one in inputs]
    facts = [fact for _, fact in merge(*told, key=itemgetter(0))]
    if not facts:
        places = ", ".join(f"{one.span.tp.topic}[{one.span.tp.partition}]" for one in inputs)
        raise SegueError(f"customer {customer_id}: no fact of such a customer in {places}")
    return Evidence(facts, as_of, cut_points, [*reader.notes(), *map(_cut_off, filter(_begins_late, inputs))])


class _Reader:
    """Reads one partition after the other, and keeps what is hers."""

    def __init__(self, customer_id: str, consumer: AIOKafkaConsumer, progress: Progress) -> None:
        self._key = customer_id.encode()
        self._consumer = consumer
        self._progress = progress
        self._rejected = 0

    async def inputs(self, settings: Settings, counts: dict[str, int]) -> list[_Input]:
        """Find her partition of every input, and where it ends now."""
        tps = {
            TopicPartition(topic, partition_of(self._key, counts[topic])): feed
            for topic, feed in settings.topics.feeds.items()
        }
        begins, ends = await self._consumer.beginning_offsets(list(tps)), await self._consumer.end_offsets(list(tps))
        return [_Input(Span(tp, begins[tp], ends[tp]), feed) for tp, feed in tps.items()]

    async def read(self, one: _Input) -> list[Stamped]:
        """Read a partition; stamps never fall, as for the worker: in a partition the order of the log stays."""
        found: list[Stamped] = []
        reached = 0
        tp, begin, end = one.span
        async for records in batches(self._consumer, one.span):
            for record in records:
                reached = max(reached, record.timestamp)
                if record.key == self._key:
                    found += self._taken(record, one.feed, reached)
            done = await self._consumer.position(tp) - begin
            self._progress.show("reading", min(done, end - begin), end - begin)
        return found

    def _taken(self, record: Any, feed: Feed, reached: int) -> list[Stamped]:
        fact = decode(record, feed)
        if isinstance(fact, Rejected):
            self._rejected += 1
            return []
        return [(reached, fact)]

    def notes(self) -> list[str]:
        """Say what of hers is no fact."""
        if not self._rejected:
            return []
        return [f"records rejected, of this customer: {self._rejected:,}; see `segue dlq list`"]


@asynccontextmanager
async def _consumer(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = committed_reader(settings.kafka)
    try:
        with clear_kafka_errors(settings.kafka, "may read the input topics"):
            await consumer.start()
            yield consumer
    finally:
        await consumer.stop()


def _begins_late(one: _Input) -> bool:
    return one.span.begin > 0


def _cut_off(one: _Input) -> str:
    tp, begin, _ = one.span
    return f"{tp.topic}[{tp.partition}] begins at offset {begin:,}: what was before is not known here"
