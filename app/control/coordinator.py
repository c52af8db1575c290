"""The freezes topic in, versions of cut points on the control topic out: the work of one worker at a time.

Whoever has partition 0 of the inputs does it; starting the publisher fences whoever did it before. Nothing is kept
but in the topics, so the next one begins where the last decision stands.
"""

import asyncio
import time
from typing import Any, Final

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import OffsetOutOfRangeError

from app.control.collecting import Collected, Misfit
from app.control.duty import Duty
from app.control.publishing import Publisher, earliest
from app.control.reader import ControlReader, fetch_wait_ms
from app.control.versions import dated, decide
from app.runtime.clients import committed_reader
from app.settings import Settings
from app.transactional_ids import control_id
from schemas.control import FreezesRecord
from schemas.freezes import decode_chunk

log = structlog.get_logger("segue.coordinator")

FETCH_WAIT_MS: Final = 500
MOST_OPEN: Final = 8
"""Freezes that wait for a partition under the wall clock: whoever closes so many later ones was not slow but away."""


class Coordinator(Duty):
    """Turns what the partitions tell at a freeze into a version of cut points, exactly one per freeze at most."""

    def __init__(self, settings: Settings, reader: ControlReader, partitions: int) -> None:
        super().__init__("freezes", settings.kafka.session_timeout_ms)
        self._settings = settings
        self._reader = reader
        self._partitions = partitions
        self._tp = TopicPartition(settings.topics.freezes, 0)

    async def work(self) -> None:
        publisher = Publisher(self._settings, control_id(self._settings.app_id))
        consumer = committed_reader(self._settings.kafka, fetch_wait_ms(self._settings.clock))
        try:
            await publisher.start()
            # What the one before had published is committed or void now: look once more.
            await self._reader.level(_now())
            await consumer.start()
            await self._seek(consumer)
            await self._collect(consumer, publisher)
        finally:
            await publisher.stop()
            await consumer.stop()

    async def _seek(self, consumer: AIOKafkaConsumer) -> None:
        """Begin with what undecided freezes need; a topic that was created again begins anew."""
        tp = self._tp
        begin, end = (await consumer.beginning_offsets([tp]))[tp], (await consumer.end_offsets([tp]))[tp]
        wanted = self._reader.view.read_from
        consumer.assign([tp])
        consumer.seek(tp, max(begin, wanted) if wanted <= end else begin)

    async def _collect(self, consumer: AIOKafkaConsumer, publisher: Publisher) -> None:
        collected = Collected(self._partitions, self._reader.view.decided)
        log.info("freezes are decided here", decided=self._reader.view.decided)
        while True:
            try:
                fetched = (await consumer.getmany(timeout_ms=FETCH_WAIT_MS)).get(self._tp, ())
            except OffsetOutOfRangeError:  # retention was quicker than we were
                await self._seek(consumer)
                continue
            position: int = await consumer.position(self._tp)
            for record in fetched:
                _take(collected, record)
                await asyncio.sleep(0)
            if fetched:
                await self._decide(collected, position, publisher)
            self.succeeded()

    async def _decide(self, collected: Collected, position: int, publisher: Publisher) -> None:
        """Publish what follows of the freezes that are complete."""
        stream = self._settings.clock == "stream"
        complete = collected.complete(exactly=not stream)
        if not complete:
            for at in () if stream else collected.shed(MOST_OPEN):
                log.warning("a freeze that some partition never closed is given up", at=at)
            return
        chunks, view = {at: collected.values(at) for at in complete}, self._reader.view
        decided = await asyncio.to_thread(decide, view, chunks)
        decided = dated(view, decided, None if stream else earliest(_now()))
        versions = [one.version for one in decided if one.version is not None]
        done = FreezesRecord(complete[-1], collected.needed_from(complete[-1], position))
        first = versions[0].effective_at if versions and not stream else None
        await publisher.publish([*versions, done], first)
        for one in decided:
            log.info("freeze decided", at=one.at, version=one.version and one.version.version, reason=one.reason)
        collected.forget(done.decided)
        await self._reader.until(lambda view: view.decided >= done.decided)


def _take(collected: Collected, record: Any) -> None:
    """Keep a chunk. One that nobody can read is passed over: its partition does not close that freeze."""
    try:
        collected.take(decode_chunk(record.value or b""), record.offset)
    except (msgspec.DecodeError, ValueError, Misfit) as error:
        log.warning("a chunk of a freeze cannot be used", offset=record.offset, error=str(error))


def _now() -> int:
    return int(time.time() * 1000)
