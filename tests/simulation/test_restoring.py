"""Restoring beside a newer owner: what a store holds and the position that it keeps never part."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from aiokafka import TopicPartition

from app.runtime.restore import restore
from tables.keys import POSITION
from tables.position import decode_position
from tests.builders import MEMORY, T0
from tests.simulation.log import Log

CHANGELOG = TopicPartition("changelog", 0)


class OvertakenReader:
    """A reader of a changelog to which another owner adds after its end has been asked for."""

    log: ClassVar[Log]

    def __init__(self, **options: Any) -> None:
        self._position = 0

    async def start(self) -> None:
        self.log.append([(b"wbea", b"1", [])], T0)

    async def stop(self) -> None: ...

    def assign(self, tps: list[TopicPartition]) -> None: ...

    def seek(self, tp: TopicPartition, position: int) -> None:
        self._position = position

    async def position(self, tp: TopicPartition) -> int:
        return self._position

    async def beginning_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {CHANGELOG: 0}

    async def end_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        end = self.log.stable_end
        self.log.append([(b"wann", b"2", [])], T0)
        return {CHANGELOG: end}

    async def getmany(self, timeout_ms: int) -> dict[TopicPartition, Any]:
        answer = self.log.read(self._position, 100)
        self._position = answer.next
        return {CHANGELOG: answer.records}


def test_the_position_stands_behind_every_row_that_was_read(tmp_path: Path) -> None:
    OvertakenReader.log = Log("changelog", 0)
    db = MEMORY.open(tmp_path / "db")
    reader: Callable[..., Any] = OvertakenReader
    asyncio.run(restore(db, CHANGELOG, reader, lambda _: None, lambda: T0))
    stored = db.get(POSITION)
    assert db.get(b"wann") == b"2"
    assert stored is not None
    assert decode_position(stored).next_offset == 2
    db.close()
