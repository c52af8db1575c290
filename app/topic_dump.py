"""The input topics in, their facts as lines of JSON out: a history that `simulate` and `backfill` read."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from app.backfilling.values import value_of
from app.kafka_errors import clear_kafka_errors
from app.rights_check import check_rights
from app.runtime.clients import committed_reader
from app.runtime.errors import SegueError
from app.settings import Settings
from app.spans import Span, records
from app.topic_check import partition_counts
from schemas.decoding import LARGEST_RECORD, decode
from schemas.facts import OrderPlaced
from schemas.order_lines import lines_of
from schemas.rejections import Rejected
from schemas.topics import Feed


async def dump(settings: Settings) -> AsyncIterator[bytes]:
    """Give each fact that is committed now as a line, `recorded_at` its record's time; what is no fact is left out.

    Partition by partition, each in its order. SegueError when topics are missing or the brokers fail.
    """
    counts = await partition_counts(settings)  # says clearly when no broker answers
    await check_rights(settings, "dump")
    feeds = settings.topics.feeds
    missing = [topic for topic in feeds if not counts.get(topic)]
    if missing:
        raise SegueError(
            f"topics are missing: {', '.join(missing)}. Operator action: create them with `segue topics apply`."
        )
    tps = {
        TopicPartition(topic, partition): feed for topic, feed in feeds.items() for partition in range(counts[topic])
    }
    consumer = committed_reader(settings.kafka)
    try:
        with clear_kafka_errors(settings.kafka, "may read the input topics"):
            await consumer.start()
            async for line in _lines(consumer, tps):
                yield line
    finally:
        await consumer.stop()


async def _lines(consumer: AIOKafkaConsumer, tps: dict[TopicPartition, Feed]) -> AsyncIterator[bytes]:
    begins, ends = await consumer.beginning_offsets(list(tps)), await consumer.end_offsets(list(tps))
    for tp, feed in tps.items():
        async for record in records(consumer, Span(tp, begins[tp], ends[tp])):
            line = line_of(record, feed)
            if line is not None:
                yield line


def line_of(record: Any, feed: Feed) -> bytes | None:
    """Give the fact of a record as a line, an order with its lines as they were told; None: it holds no fact.

    Lines that would make it longer than a record may be are left out.
    """
    fact = decode(record, feed)
    if isinstance(fact, Rejected):
        return None
    told = orjson.loads(value_of(fact)) | {"recorded_at": record.timestamp}
    lines = lines_of(record.headers, record.value) if isinstance(fact, OrderPlaced) else None
    if lines is not None:
        whole = orjson.dumps(told | {"lines": orjson.Fragment(lines)})
        if len(whole) <= LARGEST_RECORD:
            return whole + b"\n"
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)
