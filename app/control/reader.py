"""The control topic in, a view that is level with it out: every worker reads all of it, by itself."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError

from agents.decisions.clock import ClockMode
from agents.run import LogEnd
from app.control.documents import compiled
from app.control.view import ControlView
from app.ending_tasks import end_tasks
from app.runtime.clients import committed_reader
from app.runtime.errors import SegueError
from app.runtime.fetch_times import note_fetches
from app.settings import Settings
from app.topic_check import partition_counts
from schemas.control import NOTICE_MS, PolicyRecord, Unreadable, decode_control

log = structlog.get_logger("segue.control")

FETCH_WAIT_MS: Final = 500
REPLAY_WAIT_MS: Final = 10
RETRY_SECONDS: Final = 1.0
SILENT_SECONDS: Final = 10.0
"""Without the answer to any fetch for so long, the brokers are asked whether the topic is still there."""


def fetch_wait_ms(clock: ClockMode) -> int:
    """Say how long a broker may wait with its answer; not long in a replay, where everybody waits for what comes."""
    return REPLAY_WAIT_MS if clock == "stream" else FETCH_WAIT_MS


class ControlRefused(SegueError):
    """A control topic by which this worker cannot decide."""


class ControlReader:
    """Keeps a view level with partition 0 of the control topic, in the event loop that started it."""

    def __init__(self, settings: Settings) -> None:
        self.view = ControlView()
        self._settings = settings
        self._tp = TopicPartition(settings.topics.control, 0)
        self._position: int | None = None
        self._end: LogEnd | None = None
        self._told_at = 0.0
        self._missing = 0
        self._news = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None

    def start(self) -> "asyncio.Task[None]":
        """Begin to read; the task ends only by ControlRefused, or when it is stopped."""
        self._told_at = time.monotonic()
        self._reading = asyncio.ensure_future(self._read())
        return self._reading

    async def stop(self) -> None:
        """End reading; the view stays as it is."""
        if self._reading is not None:
            await end_tasks(self._reading)

    async def loaded(self) -> None:
        """Wait until the end of the topic has been seen once; ControlRefused when it cannot be understood."""
        await self.level(0)

    async def level(self, since: int) -> None:
        """Wait until the end has been seen by a fetch that was sent at an instant (epoch ms) or later."""
        await self.until(lambda view: view.known_until >= max(since, 1) + NOTICE_MS)

    async def until(self, reached: Callable[[ControlView], bool]) -> None:
        """Wait until something can be said of the view; ControlRefused as for `loaded`."""
        reading = self._reading
        assert reading is not None, "start comes first"
        while not reached(self.view):
            self._news.clear()
            news = asyncio.ensure_future(self._news.wait())
            await asyncio.wait((news, reading), return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
            if reading.done():
                reading.result()

    async def _read(self) -> None:
        """Read on from where reading stopped, whatever happens to the brokers."""
        while True:
            consumer = committed_reader(self._settings.kafka, fetch_wait_ms(self._settings.clock))
            try:
                await consumer.start()
                await self._follow(consumer)
            except (OffsetOutOfRangeError, NoOffsetForPartitionError) as error:
                raise ControlRefused(self._lost("was created again, or records of it were deleted")) from error
            except (KafkaError, OSError, TimeoutError) as error:
                log.warning("control topic cannot be read, trying again", error=repr(error))
                await self._look_for_topic()
            finally:
                await consumer.stop()
            await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        tp = self._tp
        self._end = None
        begin = (await consumer.beginning_offsets([tp]))[tp]
        consumer.assign([tp])
        consumer.seek(tp, begin if self._position is None else self._position)
        note_fetches(consumer._fetcher, self._note_end)
        while True:
            fetched = await consumer.getmany(timeout_ms=FETCH_WAIT_MS)
            # Nothing else moves the position: it is the one behind these records, holes of the log included.
            position: int = await consumer.position(tp)
            for record in fetched.get(tp, ()):
                await self._take(record)
            self._position = position
            if fetched:
                self._news.set()
            if self._end is not None and self._end.offset <= position:
                self.view.confirmed(self._end.asked_at)
                self._news.set()
            if time.monotonic() - self._told_at > SILENT_SECONDS:
                await self._look_for_topic()

    def _note_end(self, tp: TopicPartition, state: Any, sent_at: int) -> None:
        self._told_at, self._missing = time.monotonic(), 0
        if state.highwater == state.lso:  # behind an open transaction something may stand that takes effect soon
            self._end = LogEnd(state.lso, sent_at)

    async def _take(self, record: Any) -> None:
        try:
            read = decode_control(record.key, record.value)
            if isinstance(read, PolicyRecord):
                await asyncio.to_thread(compiled, read)
            self.view.take(read)
        except Unreadable as error:
            raise ControlRefused(
                f"{self._tp.topic}[0] offset {record.offset} cannot be understood: {error}. Operator action: run the "
                "newest version of Segue that writes to it on every worker; if the record is not Segue's, choose a "
                "new SEGUE_TOPIC_PREFIX or create the topic again, with a new SEGUE_APP_ID."
            ) from error
        log.info("control record", key=(record.key or b"").decode(), offset=record.offset)

    async def _look_for_topic(self) -> None:
        """Find out whether the topic is gone, not only its broker: twice in a row, for brokers may be starting."""
        self._told_at = time.monotonic()
        try:
            there = self._tp.topic in await partition_counts(self._settings)
        except SegueError:
            return  # nobody answers: the clocks of all partitions stand still meanwhile
        self._missing = 0 if there else self._missing + 1
        if self._missing > 1:
            raise ControlRefused(self._lost("has been deleted"))

    def _lost(self, what: str) -> str:
        return (
            f"{self._tp.topic} {what}: policies and cut points are no longer known to all. Operator action: stop all "
            "workers; restore the topic, or create it with `segue topics apply` and choose a new SEGUE_APP_ID to build "
            "the state again."
        )
