"""Spans of topics in, the records that stand there out."""

from collections.abc import AsyncGenerator
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition


class Span(NamedTuple):
    """The offsets [begin, end) of a partition of a topic."""

    tp: TopicPartition
    begin: int
    end: int


async def batches(consumer: AIOKafkaConsumer, span: Span) -> AsyncGenerator[list[Any], None]:
    """Give the records of a span as they are fetched, some of the lists empty; the consumer goes nowhere else.

    Looks at positions, not at offsets: control and aborted records leave holes.
    """
    tp, begin, end = span
    consumer.assign([tp])
    consumer.seek(tp, begin)
    while await consumer.position(tp) < end:
        records = (await consumer.getmany(timeout_ms=200)).get(tp, [])
        yield [record for record in records if record.offset < end]


async def records(consumer: AIOKafkaConsumer, span: Span) -> AsyncGenerator[Any, None]:
    """Give the records of a span one by one."""
    async for batch in batches(consumer, span):
        for record in batch:
            yield record
