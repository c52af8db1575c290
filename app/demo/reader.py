"""What the worker publishes in; transitions, rewards, messages and how far it has come out, while it works."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, Never, Self

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from app.runtime.clients import client_options
from app.settings import Settings
from schemas.transitions import SegmentTransitioned
from tables.codec import decode_progress
from tables.keys import PROGRESS

STALL_SECONDS: Final = 30
QUIET_SECONDS: Final = 1.0
FETCH_MS: Final = 50

_decode = msgspec.json.Decoder(SegmentTransitioned).decode


class StalledError(Exception):
    """The worker lives and gets nothing done."""


class Published(NamedTuple):
    """A record of an output topic."""

    type: str
    value: bytes


def transitions(published: Iterable[Published]) -> list[SegmentTransitioned]:
    """Give the moves of all customers; those of one customer stand in their order."""
    return [_decode(record.value) for record in published if record.type == "segment.transitioned"]


class Reader:
    """Reads outputs and the worker's progress from their first record on.

    Progress is what every transaction writes into the changelog: on the embedded broker, which never stores the
    offsets that a transaction commits, nothing else says how far the worker is.
    """

    def __init__(self, settings: Settings, partitions: int) -> None:
        topics = settings.topics
        self._changelog = topics.changelog
        self.published: list[Published] = []
        """Moves, in the order of each customer."""
        self.rewards: list[Published] = []
        self.messages: list[Published] = []
        self._kept = {
            topics.transitions: self.published,
            topics.rewards: self.rewards,
            topics.messages: self.messages,
        }
        self._outputs = [TopicPartition(topic, p) for topic in self._kept for p in range(partitions)]
        self._tps = [*self._outputs, *(TopicPartition(topics.changelog, p) for p in range(partitions))]
        self._consumer = AIOKafkaConsumer(
            **client_options(settings.kafka),
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            check_crcs=settings.kafka.check_crcs,
            fetch_max_wait_ms=FETCH_MS,
        )
        self._news = asyncio.Event()
        self.worked: Counter[tuple[str, int]] = Counter()
        """Next event to work, by topic and partition."""
        self.clocks: dict[int, int] = {}
        """The instant that each partition has reached."""
        self.first_news = 0.0
        """When something was read first (monotonic): the worker has begun to open its partitions."""
        self.last_news = 0.0
        """When something was read last (monotonic)."""

    async def __aenter__(self) -> Self:
        try:
            await self._consumer.start()
        except BaseException:
            await self._consumer.stop()
            raise
        self._consumer.assign(self._tps)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def run(self) -> Never:
        """Read until cancelled."""
        while True:
            for tp, records in (await self._consumer.getmany(timeout_ms=1000)).items():
                if tp.topic == self._changelog:
                    self._note_progress(tp.partition, records)
                else:
                    self._kept[tp.topic] += [Published(_type(record), record.value) for record in records]
                self.last_news = time.monotonic()
                self.first_news = self.first_news or self.last_news
                self._news.set()

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait for something that only the worker's progress can bring about; StalledError if there is none."""
        while not reached():
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), STALL_SECONDS)
            except TimeoutError:
                raise StalledError(f"the worker has not finished anything for {STALL_SECONDS} s") from None

    async def all_read(self) -> None:
        """Wait until the worker has nothing left to do or to say.

        Time moves customers after the last event too, at most 1,000 in one transaction: the worker is through when
        it has been quiet for a second.
        """
        ends = await self._consumer.end_offsets(self._outputs)
        while time.monotonic() - self.last_news < QUIET_SECONDS or not await self._at(ends):
            await asyncio.sleep(QUIET_SECONDS / 10)
            ends = await self._consumer.end_offsets(self._outputs)

    async def _at(self, ends: dict[TopicPartition, int]) -> bool:
        return all([await self._consumer.position(tp) >= end for tp, end in ends.items()])

    def _note_progress(self, partition: int, records: list[Any]) -> None:
        for record in reversed(records):
            if record.key == PROGRESS:
                progress = decode_progress(record.value)
                for topic, offset in progress.offsets.items():
                    self.worked[topic, partition] = offset
                self.clocks[partition] = progress.clock
                return


def _type(record: Any) -> str:
    return next((value.decode() for name, value in record.headers if name == "ce_type"), "")
