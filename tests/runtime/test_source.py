"""Questions to the consumer's thread: their answers, and that they end with whoever asks."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from app.runtime.source import PartitionSource
from schemas.topics import Topics

INPUTS = Topics("shop.", "shop").inputs
Question = Callable[[PartitionSource], Coroutine[Any, Any, object]]


class Coordinator:
    """A consumer's thread that answers what it knows, and is silent where it knows nothing."""

    def __init__(self, loop: asyncio.AbstractEventLoop, known: dict[TopicPartition, int]) -> None:
        self.thread_loop = loop
        self.asked = threading.Event()
        self.given_up = threading.Event()
        self._known = known

    def _ensure_consumer(self) -> "Coordinator":
        return self

    async def beginning_offsets(self, tps: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {tp: await self.committed(tp) for tp in tps}

    async def committed(self, tp: TopicPartition) -> int:
        self.asked.set()
        try:
            return self._known[tp] if tp in self._known else await asyncio.Future()
        except asyncio.CancelledError:
            self.given_up.set()
            raise


@contextmanager
def coordinator(known: dict[TopicPartition, int]) -> Iterator[Coordinator]:
    loop = asyncio.new_event_loop()
    running = threading.Thread(target=loop.run_forever)
    running.start()
    try:
        yield Coordinator(loop, known)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        running.join()
        loop.close()


def source(thread: Coordinator) -> PartitionSource:
    app: Any = SimpleNamespace(consumer=SimpleNamespace(thread=thread))
    return PartitionSource(app, INPUTS, 3)


async def test_committed_offsets_are_asked_for_by_topic() -> None:
    known = {TopicPartition(topic, 3): 40 + n for n, topic in enumerate(INPUTS)}
    with coordinator(known) as thread:
        assert await source(thread).committed() == {topic: 40 + n for n, topic in enumerate(INPUTS)}


@pytest.mark.parametrize("ask", [PartitionSource.committed, PartitionSource.beginnings])
async def test_a_partition_that_goes_while_it_opens_leaves_no_question_behind(ask: Question) -> None:
    with coordinator({}) as thread:
        asking = asyncio.create_task(ask(source(thread)))
        await asyncio.to_thread(thread.asked.wait, 10)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await asyncio.to_thread(thread.given_up.wait, 10)
