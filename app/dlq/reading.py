"""The dead letter topic in, its letters out: up to where it ended when reading began; single records of any topic."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.dlq.letter import DeadLetter, Place, read_letter
from app.kafka_errors import clear_kafka_errors
from app.rights_check import check_rights
from app.runtime.clients import committed_reader
from app.runtime.errors import SegueError
from app.settings import Settings
from app.spans import Span, records
from app.topic_check import partition_counts


class Shelf:
    """Reads committed records, of nobody's group; one thing at a time."""

    def __init__(self, settings: Settings, consumer: AIOKafkaConsumer) -> None:
        self._settings = settings
        self._consumer = consumer

    async def letters(self) -> AsyncGenerator[DeadLetter, None]:
        """Give every dead letter, partition by partition; what arrives meanwhile is left for the next time."""
        topic = self._settings.topics.dead_letters
        count = (await partition_counts(self._settings)).get(topic, 0)
        if not count:
            raise SegueError(f"there is no topic {topic}. Operator action: create it with `segue topics apply`.")
        places = [TopicPartition(topic, partition) for partition in range(count)]
        begins, ends = await self._consumer.beginning_offsets(places), await self._consumer.end_offsets(places)
        for tp in places:
            async for record in records(self._consumer, Span(tp, begins[tp], ends[tp])):
                yield read_letter(record)

    async def record(self, place: Place) -> Any | None:
        """Give the record at an offset; None when the log has none there."""
        tp = TopicPartition(place.topic, place.partition)
        if place.partition >= (await partition_counts(self._settings)).get(place.topic, 0):
            return None
        begin, end = (await self._consumer.beginning_offsets([tp]))[tp], (await self._consumer.end_offsets([tp]))[tp]
        if not begin <= place.offset < end:
            return None
        async with aclosing(records(self._consumer, Span(tp, place.offset, place.offset + 1))) as found:
            return await anext(found, None)


@asynccontextmanager
async def open_shelf(settings: Settings) -> AsyncIterator[Shelf]:
    """Connect; SegueError for everything that goes wrong at the brokers."""
    await partition_counts(settings)  # says clearly when no broker answers
    await check_rights(settings, "dlq")
    with clear_kafka_errors(settings.kafka, "may read the dead letters and write the inputs"):
        consumer = committed_reader(settings.kafka)
        try:
            await consumer.start()
            yield Shelf(settings, consumer)
        finally:
            await consumer.stop()
