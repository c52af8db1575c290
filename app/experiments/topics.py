"""The topics of a deployment in, what they tell of rewards and orders to whoever measures out.

Committed records only, up to where the topics ended when each was asked. Facts are kept of those customers alone whom
rewards name: the orders of a shop may be too many for one machine.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Any

from aiokafka import TopicPartition

from app.experiments.arms import Arms
from app.experiments.published_rewards import read_reward
from app.kafka_errors import clear_kafka_errors
from app.rights_check import check_rights
from app.runtime.clients import committed_reader
from app.runtime.errors import SegueError
from app.settings import Settings
from app.simulate.fact_log import FactLog
from app.simulate.progress import Progress
from app.spans import Span, batches
from app.topic_check import partition_counts
from schemas.decoding import decode
from schemas.rejections import Rejected
from schemas.topics import Feed

Take = Callable[[str, list[Any]], None]
"""Takes records of a topic."""


class Deployed:
    """What a deployment has read and published; SegueError when the brokers fail or topics are missing."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self._settings = settings
        self._progress = progress

    def rewards(self, arms: Arms) -> None:
        """Tell what was published of rewards."""

        def take(topic: str, records: list[Any]) -> None:
            arms.take(read_reward(one.value or b"", _place(one)) for one in records)

        asyncio.run(self._read("rewards", [self._settings.topics.rewards], take))

    def facts(self, log: FactLog, wanted: Collection[str]) -> None:
        """Tell what the wanted customers ordered, and who of them was erased."""
        topics = self._settings.topics
        feeds: Mapping[str, Feed] = {topics.orders: "orders", topics.customers: "customers"}

        def take(topic: str, records: list[Any]) -> None:
            told = (decode(one, feeds[topic]) for one in records)
            log.add([fact for fact in told if not isinstance(fact, Rejected) and fact.customer_id in wanted])

        asyncio.run(self._read("orders", list(feeds), take))

    async def _read(self, what: str, topics: list[str], take: Take) -> None:
        counts = await partition_counts(self._settings)  # says clearly when no broker answers
        await check_rights(self._settings, "lift")
        missing = [topic for topic in topics if not counts.get(topic)]
        if missing:
            raise SegueError(
                f"topics are missing: {', '.join(missing)}. Operator action: create them with `segue topics apply`."
            )
        tps = [TopicPartition(topic, partition) for topic in topics for partition in range(counts[topic])]
        consumer = committed_reader(self._settings.kafka)
        try:
            with clear_kafka_errors(self._settings.kafka, f"may read {', '.join(topics)}"):
                await consumer.start()
                begins, ends = await consumer.beginning_offsets(tps), await consumer.end_offsets(tps)
                done, whole = 0, sum(ends[tp] - begins[tp] for tp in tps)
                for tp in tps:
                    async for records in batches(consumer, Span(tp, begins[tp], ends[tp])):
                        take(tp.topic, records)
                        self._progress.show(what, done + await consumer.position(tp) - begins[tp], whole)
                    done += ends[tp] - begins[tp]
        finally:
            await consumer.stop()


def _place(record: Any) -> str:
    return f"{record.topic}[{record.partition}] at offset {record.offset}"
