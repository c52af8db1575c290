"""Spans of topics in, their records out; how far a partition task has come, by the last row of its changelog."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from app.runtime.clients import client_options, committed_reader
from app.runtime.errors import SegueError
from app.settings import Settings
from app.verifying.cut import Span
from schemas.rows import ProgressRow
from tables.codec import decode_progress
from tables.keys import PROGRESS

TAIL: Final = 64
"""So many offsets from the end of a changelog its last progress row is looked for at first."""


async def batches(consumer: AIOKafkaConsumer, span: Span) -> AsyncGenerator[list[Any], None]:
    """Give the committed records of a span; looks at positions, for control and aborted records leave holes."""
    tp, begin, end = span
    consumer.assign([tp])
    consumer.seek(tp, begin)
    while await consumer.position(tp) < end:
        records = (await consumer.getmany(timeout_ms=200)).get(tp, [])
        yield [record for record in records if record.offset < end]


async def progress_of(consumer: AIOKafkaConsumer, changelog: Span) -> ProgressRow | None:
    """Give the progress row of the newest transaction before the end; None: there has never been one.

    Every transaction writes that row last.
    """
    tp, begin, end = changelog
    size, found = TAIL, None
    while found is None and end > begin:
        start = max(begin, end - size)
        async for records in batches(consumer, Span(tp, start, end)):
            for record in records:
                found = record.value if record.key == PROGRESS else found
        if start == begin:
            break
        size *= 16
    return decode_progress(found) if found is not None else None


async def begins(consumer: AIOKafkaConsumer, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
    """Give the first offsets that are still there."""
    found: dict[TopicPartition, int] = await consumer.beginning_offsets(tps)
    return found


@asynccontextmanager
async def open_consumers(settings: Settings) -> AsyncIterator[tuple[AIOKafkaConsumer, AIOKafkaConsumer]]:
    """Connect one consumer of committed records and one that is told of all; SegueError for what goes wrong there."""
    committed = committed_reader(settings.kafka)
    raw = AIOKafkaConsumer(**client_options(settings.kafka), enable_auto_commit=False)
    try:
        await committed.start()
        await raw.start()
        yield committed, raw
    except (KafkaError, OSError) as error:
        raise SegueError(
            f"Kafka at {settings.kafka.bootstrap_servers} did not do as asked: {type(error).__name__}. Operator "
            "action: check the brokers, and that this user may read the inputs, the outputs and the changelog."
        ) from error
    finally:
        await committed.stop()
        await raw.stop()
