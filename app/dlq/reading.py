"""The dead letter topic in, its letters out: up to where it ended when reading began; single records of any topic."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from app.dlq.letter import DeadLetter, Place, read_letter
from app.rights_check import check_rights
from app.runtime.clients import committed_reader
from app.runtime.errors import SegueError
from app.settings import Settings
from app.topic_check import partition_counts


@asynccontextmanager
async def clear_kafka_errors(settings: Settings) -> AsyncIterator[None]:
    """Turn what goes wrong at the brokers into one clear error."""
    try:
        yield
    except (KafkaError, OSError) as error:
        raise SegueError(
            f"Kafka at {settings.kafka.bootstrap_servers} did not do as asked: {type(error).__name__}. Operator "
            "action: check the brokers, and that this user may read the dead letters and write the inputs."
        ) from error


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
            async for record in self._records(tp, begins[tp], ends[tp]):
                yield read_letter(record)

    async def record(self, place: Place) -> Any | None:
        """Give the record at an offset; None when the log has none there."""
        tp = TopicPartition(place.topic, place.partition)
        if place.partition >= (await partition_counts(self._settings)).get(place.topic, 0):
            return None
        begin, end = (await self._consumer.beginning_offsets([tp]))[tp], (await self._consumer.end_offsets([tp]))[tp]
        if not begin <= place.offset < end:
            return None
        async with aclosing(self._records(tp, place.offset, place.offset + 1)) as records:
            return await anext(records, None)

    async def _records(self, tp: TopicPartition, begin: int, end: int) -> AsyncGenerator[Any, None]:
        """Give the records of [begin, end); looks at positions, for control and aborted records leave holes."""
        self._consumer.assign([tp])
        self._consumer.seek(tp, begin)
        while await self._consumer.position(tp) < end:
            for record in (await self._consumer.getmany(timeout_ms=200)).get(tp, ()):
                if record.offset < end:
                    yield record


@asynccontextmanager
async def open_shelf(settings: Settings) -> AsyncIterator[Shelf]:
    """Connect; SegueError for everything that goes wrong at the brokers."""
    await partition_counts(settings)  # says clearly when no broker answers
    await check_rights(settings, "dlq")
    async with clear_kafka_errors(settings):
        consumer = committed_reader(settings.kafka)
        try:
            await consumer.start()
            yield Shelf(settings, consumer)
        finally:
            await consumer.stop()
