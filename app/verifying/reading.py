"""A changelog in, how far its partition task has come by the last row out; and the consumers that verify reads with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.kafka_errors import clear_kafka_errors
from app.runtime.clients import client_options, committed_reader
from app.settings import Settings
from app.spans import Span, batches
from schemas.rows import ProgressRow
from tables.codec import decode_progress
from tables.keys import PROGRESS

TAIL: Final = 64
"""So many offsets from the end of a changelog its last progress row is looked for at first."""


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
        with clear_kafka_errors(settings.kafka, "may read the inputs, the outputs and the changelog"):
            await committed.start()
            await raw.start()
            yield committed, raw
    finally:
        await committed.stop()
        await raw.stop()
