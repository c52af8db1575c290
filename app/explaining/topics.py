"""A customer in, the evidence of her out: her partition of the topics, up to where they ended."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from heapq import merge
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from app.explaining.evidence import Evidence
from app.explaining.said import Published, Said, read_said
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
    customer_id: str,
    settings: Settings,
    progress: Progress,
    *,
    as_of: int,
    cut_points: list[CutPoints],
    rewards: bool = False,
) -> Evidence:
    """Read committed records, of nobody's group; SegueError when the brokers fail or know nothing of her.

    `rewards`: whether what was published of her rewards is read, too.
    """
    counts = await partition_counts(settings)  # says clearly when no broker answers
    await check_rights(settings, "audit" if rewards else "explain")
    topics = settings.topics
    missing = [topic for topic in (*topics.inputs, *([topics.rewards] if rewards else ())) if not counts.get(topic)]
    if missing:
        raise SegueError(
            f"topics are missing: {', '.join(missing)}. Operator action: create them with `segue topics apply`."
        )
    async with _consumer(settings) as consumer:
        reader = _Reader(customer_id, consumer, progress)
        # Where it ends is asked before where the inputs end: then the facts behind all of it are read.
        output = await reader.rewards(settings, counts) if rewards else None
        inputs = await reader.inputs(settings, counts)
        told = [await reader.read(one) for one in inputs]
        published = await reader.published(output) if output is not None else None
    facts = [fact for _, fact in merge(*told, key=itemgetter(0))]
    if not facts:
        places = ", ".join(f"{one.span.tp.topic}[{one.span.tp.partition}]" for one in inputs)
        raise SegueError(f"customer {customer_id}: no fact of such a customer in {places}")
    spans = [*(one.span for one in inputs), *([output] if output is not None else ())]
    notes = [*reader.notes(), *(_cut_off(span) for span in spans if span.begin > 0)]
    return Evidence(facts, as_of, cut_points, notes, published=published)


class _Reader:
    """Reads one partition after the other, and keeps what is hers."""

    def __init__(self, customer_id: str, consumer: AIOKafkaConsumer, progress: Progress) -> None:
        self._key = customer_id.encode()
        self._consumer = consumer
        self._progress = progress
        self._rejected = 0
        self._no_rewards = 0

    async def inputs(self, settings: Settings, counts: dict[str, int]) -> list[_Input]:
        """Find her partition of every input, and where it ends now."""
        tps = {
            TopicPartition(topic, partition_of(self._key, counts[topic])): feed
            for topic, feed in settings.topics.feeds.items()
        }
        return [_Input(await self._span(tp), feed) for tp, feed in tps.items()]

    async def rewards(self, settings: Settings, counts: dict[str, int]) -> Span:
        """Find where her rewards are published, and where that ends now: tasks publish under their own number."""
        topic, home = settings.topics.rewards, partition_of(self._key, counts[settings.topics.orders])
        return await self._span(TopicPartition(topic, home % counts[topic]))

    async def _span(self, tp: TopicPartition) -> Span:
        begins, ends = await self._consumer.beginning_offsets([tp]), await self._consumer.end_offsets([tp])
        return Span(tp, begins[tp], ends[tp])

    async def read(self, one: _Input) -> list[Stamped]:
        """Read a partition; stamps never fall, as for the worker: in a partition the order of the log stays."""
        found: list[Stamped] = []
        reached = 0
        async for records in self._batches(one.span):
            for record in records:
                reached = max(reached, record.timestamp)
                if record.key == self._key:
                    found += self._taken(record, one.feed, reached)
        return found

    async def published(self, span: Span) -> Published:
        """Read what was published of her rewards."""
        said: list[Said] = []
        oldest: int | None = None
        async for records in self._batches(span):
            for record in records:
                oldest = record.timestamp if oldest is None else oldest
                if record.key == self._key:
                    said += self._said(record)
        gone = int(time.time() * 1000) if oldest is None else oldest
        return Published(said, gone if span.begin > 0 else 0)

    async def _batches(self, span: Span) -> AsyncIterator[list[Any]]:
        tp, begin, end = span
        async for records in batches(self._consumer, span):
            yield records
            done = await self._consumer.position(tp) - begin
            self._progress.show("reading", min(done, end - begin), end - begin)

    def _said(self, record: Any) -> list[Said]:
        try:
            said = read_said(dict(record.headers).get("ce_type") or b"", record.value or b"")
        except msgspec.DecodeError:
            self._no_rewards += 1
            return []
        return [said] if said is not None else []

    def _taken(self, record: Any, feed: Feed, reached: int) -> list[Stamped]:
        fact = decode(record, feed)
        if isinstance(fact, Rejected):
            self._rejected += 1
            return []
        return [(reached, fact)]

    def notes(self) -> list[str]:
        """Say what of hers is no fact, and no reward."""
        notes: list[str] = []
        if self._rejected:
            notes.append(f"records rejected, of this customer: {self._rejected:,}; see `segue dlq list`")
        if self._no_rewards:
            notes.append(f"records among the rewards of this customer that are none of Segue's: {self._no_rewards:,}")
        return notes


@asynccontextmanager
async def _consumer(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = committed_reader(settings.kafka)
    try:
        with clear_kafka_errors(settings.kafka, "may read the topics that are asked for"):
            await consumer.start()
            yield consumer
    finally:
        await consumer.stop()


def _cut_off(span: Span) -> str:
    tp, begin, _ = span
    return f"{tp.topic}[{tp.partition}] begins at offset {begin:,}: what was before is not known here"
