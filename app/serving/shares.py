"""Shares of a first reading: partitions or rows in, files that a view takes over out; each is one process's job."""

from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import parent_process
from pathlib import Path
from typing import Any, Final

import uvloop

from app.kafka_settings import KafkaSettings
from app.runtime.clients import committed_reader
from app.serving.first_reading import numbered
from app.serving.following import FETCH_WAIT_MS, follow_from, note_positions
from app.serving.gathering import Gatherer
from app.serving.indexing import HELD, index_rows
from app.serving.level import Level, Place
from tables.rocks import RocksMemory

READING_MIB: Final = 8
"""Memory for blocks of a database of which each is read once."""


@dataclass(frozen=True, slots=True)
class ReadShare:
    """Partitions of standings to read from a position up to where they end now; tells what it gathered."""

    kafka: KafkaSettings
    positions: dict[Place, int]
    scratch: Path
    name: str

    def run(self, tell: Callable[[Any], None]) -> None:
        """Read; KafkaError when that cannot be done."""
        uvloop.run(self._read(tell))

    async def _read(self, tell: Callable[[Any], None]) -> None:
        consumer = committed_reader(self.kafka, FETCH_WAIT_MS)
        await consumer.start()
        try:
            await self._follow(consumer, tell)
        finally:
            await consumer.stop()

    async def _follow(self, consumer: Any, tell: Callable[[Any], None]) -> None:
        level, gatherer = Level(), Gatherer(numbered(self.scratch, self.name))
        level.assign(list(self.positions))
        follow_from(consumer, self.positions, level)
        parent = parent_process()
        while not level.as_of and parent is not None and parent.is_alive():
            fetched = await consumer.getmany(timeout_ms=FETCH_WAIT_MS)
            for tp, records in fetched.items():
                gatherer.take(records, (tp.topic, tp.partition), await consumer.position(tp))
                if gatherer.full:
                    tell(gatherer.write())
            await note_positions(consumer, self.positions, level)
        tell(gatherer.write())


@dataclass(frozen=True, slots=True)
class IndexShare:
    """Rows of customers, [start, end), of a database that nobody changes; tells what they are indexed by."""

    database: Path
    start: bytes
    end: bytes
    scratch: Path
    name: str
    held: int = HELD

    def run(self, tell: Callable[[Any], None]) -> None:
        """Index them."""
        db = RocksMemory(READING_MIB, READING_MIB).open_to_read(self.database)
        for indexed in index_rows(db, self.start, self.end, numbered(self.scratch, self.name), self.held):
            if indexed is not None:
                tell(indexed)
        db.close()
