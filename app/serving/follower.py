"""The published topics in, a view that is level with them out: every copy reads all partitions, in nobody's group."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError

from app.rights_check import check_rights
from app.runtime.clients import committed_reader
from app.runtime.errors import SegueError, whereabouts
from app.serving.following import FETCH_WAIT_MS, follow_from, note_positions
from app.serving.level import UNASKED, End, Level, Place
from app.serving.sharing import Sharing
from app.serving.turns import Turns
from app.serving.view import View
from app.settings import Settings
from app.topic_check import partition_counts

log = structlog.get_logger("segue.serving")

RETRY_SECONDS: Final = 1.0
SLICE: Final = 50
"""Records taken between two looks at whose turn it is, once clients are answered: they wait for them."""
FETCHED: Final = 1_000
"""Records handed over at once then."""
LOOK_SECONDS: Final = 60.0
"""So often the topics are looked at for partitions that have been added."""
OLDEST_VIEW_MS: Final = 12 * 3_600_000
"""Half of the time that a broker keeps tombstones (its default): an older view may have missed some."""


class Follower:
    """Keeps a view level, whatever happens to the brokers, in the event loop that runs it."""

    def __init__(
        self, settings: Settings, view: View, level: Level, read: Callable[[int], None], sharing: Sharing
    ) -> None:
        self._settings, self._view, self._level, self._read, self._sharing = settings, view, level, read, sharing
        self._turns = Turns()

    async def run(self) -> None:
        """Follow until cancelled; SegueError when there is nothing to follow at the start, or no right to."""
        await self._places()
        await check_rights(self._settings, "serve")
        while True:
            consumer = committed_reader(self._settings.kafka, FETCH_WAIT_MS)
            try:
                await consumer.start()
                await self._follow(consumer, await self._places())
            except (OffsetOutOfRangeError, NoOffsetForPartitionError):
                log.warning("a topic begins behind what was read, or was created again: the view is read anew")
                self._forget()
            except (KafkaError, OSError, TimeoutError, SegueError) as error:
                log.warning("the topics cannot be read, trying again", error=repr(error))
            except Exception as error:
                raise SegueError(
                    f"the view cannot be kept: {whereabouts(error)}. Operator action: see that the disk has room; if "
                    "so, delete SEGUE_SERVING__DIRECTORY: everything in it is read again from the topics."
                ) from error
            finally:
                await consumer.stop()
            await asyncio.sleep(RETRY_SECONDS)

    async def _places(self) -> list[Place]:
        """Ask which partitions there are; SegueError when topics are missing."""
        counts = await partition_counts(self._settings)
        missing = [topic for topic in self._view.sources if topic not in counts]
        if missing:
            raise SegueError(
                f"topics are missing: {', '.join(missing)}. Operator action: create them with `segue topics apply`."
            )
        return [(topic, number) for topic in self._view.sources for number in range(counts[topic])]

    async def _follow(self, consumer: AIOKafkaConsumer, places: list[Place]) -> None:
        """Read on until partitions are added."""
        await self._assign(consumer, places)
        looked_at = time.monotonic()
        while time.monotonic() - looked_at < LOOK_SECONDS or set(places) == set(await self._places()):
            if time.monotonic() - looked_at >= LOOK_SECONDS:
                looked_at = time.monotonic()
            await self._catch_up()
            self._view.note_level(self._level.as_of)
            most = FETCHED if self._level.ready else None
            fetched = await consumer.getmany(timeout_ms=FETCH_WAIT_MS, max_records=most)
            for tp, records in fetched.items():
                await self._take(tp, records, await consumer.position(tp))
            await note_positions(consumer, places, self._level)

    async def _catch_up(self) -> None:
        """Make what was read ready to be asked for, once all that was there is read; whoever asks meanwhile waits."""
        if self._view.logged or (self._level.behind and not self._level.as_of):
            return
        await self._sharing.index()
        for _ in self._view.index():
            await asyncio.sleep(0)
        self._view.caught_up()
        self._level.indexed = True

    async def _assign(self, consumer: AIOKafkaConsumer, places: list[Place]) -> None:
        tps = [TopicPartition(*place) for place in places]
        begins = await consumer.beginning_offsets(tps)
        ends = await consumer.end_offsets(tps)
        self._forget_if_useless(begins, ends)
        self._view.begin_unasked(_now())
        self._level.indexed = self._view.indexed
        self._level.assign(places)
        for place, tp in zip(places, tps, strict=True):
            self._level.ended(place, End(ends[tp], UNASKED))
            self._level.read_to(place, self._view.expect(*place, begins[tp], ends[tp]))
        await self._sharing.read(self._level, {(tp.topic, tp.partition): ends[tp] for tp in tps})
        follow_from(consumer, {place: self._view.positions[place] for place in places}, self._level)

    def _forget_if_useless(self, begins: dict[TopicPartition, int], ends: dict[TopicPartition, int]) -> None:
        """Begin anew where the logs do not go on from what was read, or tombstones may have been missed."""
        known = self._view.positions
        gone = [tp for tp in begins if not begins[tp] <= known.get((tp.topic, tp.partition), begins[tp]) <= ends[tp]]
        old = _now() - self._view.level_at > OLDEST_VIEW_MS
        if known and (gone or old):
            log.warning("the view is too old or of other topics: it is read anew", partitions=len(gone))
            self._forget()

    def _forget(self) -> None:
        self._view.forget()
        self._level.forget()

    async def _take(self, tp: TopicPartition, records: list[Any], position: int) -> None:
        """Take what a fetch brought, in slices once there are clients who wait meanwhile."""
        size = SLICE if self._level.ready else len(records)
        for start in range(0, len(records), size):
            piece = records[start : start + size]
            last = start + size >= len(records)
            self._view.apply(tp.topic, tp.partition, piece, position if last else piece[-1].offset + 1)
            self._read(len(piece))
            await self._turns.give()
        self._level.newest_record_at = max(self._level.newest_record_at or 0, records[-1].timestamp)


def _now() -> int:
    return int(time.time() * 1000)
