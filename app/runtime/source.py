"""The inputs of a partition as its task sees them: committed offsets, positions, pausing; over Faust's consumer."""

import asyncio
from collections.abc import Collection, Coroutine, Mapping
from concurrent import futures
from typing import Any, ClassVar, TypeVar

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faust.types import TP

from agents.run import LogEnd
from app.runtime.leases import Lease
from app.runtime.run_consumer import RunConsumer

T = TypeVar("T")


class PartitionSource:
    """Partition p of every input topic."""

    high_water: ClassVar[int] = 20_000
    """Records in hand above which inputs are paused; at least twice as many as below."""
    low_water: ClassVar[int] = 5_000
    """Records in hand below which all of them are fetched again; at least as many as a transaction takes."""

    def __init__(self, app: Any, inputs: tuple[str, ...], partition: int) -> None:
        self._app = app
        self.partition = partition
        self._tps = {topic: TP(topic, partition) for topic in inputs}

    @property
    def _consumer(self) -> RunConsumer:
        consumer: RunConsumer = self._app.consumer
        return consumer

    async def committed(self) -> dict[str, int | None]:
        """Ask the group's coordinator for its offsets; None where it has none."""
        ask = self._consumer.thread._ensure_consumer().committed
        return {topic: await self._answer(ask(TopicPartition(*tp))) for topic, tp in self._tps.items()}

    async def beginnings(self) -> dict[str, int]:
        """Ask for the oldest offsets that the log still has."""
        ask = self._consumer.thread._ensure_consumer().beginning_offsets
        oldest = await self._answer(ask([TopicPartition(*tp) for tp in self._tps.values()]))
        return {tp.topic: offset for tp, offset in oldest.items()}

    async def _answer(self, question: Coroutine[Any, Any, T]) -> T:
        """Have the consumer's thread answer; Faust's `call_thread` would go on when whoever asks is gone.

        A consumer that is stopped in the middle of it tells of a dead coordinator, at level error.
        """
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(question, self._consumer.thread.thread_loop))

    def ends(self, seconds: float) -> dict[str, int] | None:
        """Ask for the last stable offsets, from a thread of its own; None when nobody answers in time."""
        thread = self._consumer.thread
        ask = thread._ensure_consumer().end_offsets([TopicPartition(*tp) for tp in self._tps.values()])
        asked = asyncio.run_coroutine_threadsafe(ask, thread.thread_loop)
        try:
            return {tp.topic: offset for tp, offset in asked.result(seconds).items()}
        except (KafkaError, OSError, TimeoutError, futures.CancelledError):
            asked.cancel()
            return None

    async def begin(self, positions: Mapping[str, int], lease: Lease) -> None:
        """Read from these positions, under a new lease."""
        thread = self._consumer.thread
        seeks = {self._tps[topic]: position for topic, position in positions.items()}
        await thread.call_thread(thread.seek_leased, seeks, lease)
        self.resume(positions)

    def pause(self, topics: Collection[str]) -> None:
        """Stop fetching these: the task has enough in hand, or is closed."""
        self._consumer.pause_partitions([self._tps[topic] for topic in topics])

    def resume(self, topics: Collection[str]) -> None:
        """Fetch these again."""
        self._consumer.resume_partitions([self._tps[topic] for topic in topics])

    def log_end(self, topic: str) -> LogEnd | None:
        """Give what the last fetch told."""
        return self._consumer.thread.log_ends.get(self._tps[topic])
