"""Restoring beside a newer owner, and cut short: what a store holds and the position that it keeps never part."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from aiokafka import TopicPartition
from rocksdict import Rdict

from app.runtime.errors import StateRefused
from app.runtime.restore import OLDEST_STORE_MS, is_outdated, restore
from schemas.instants import DAY_MS
from tables.keys import POSITION
from tables.position import Position, decode_position, encode_position
from tables.scanning import scan_rows
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
    asyncio.run(restore(db, CHANGELOG, reader, lambda _: None, T0))
    stored = db.get(POSITION)
    assert db.get(b"wann") == b"2"
    assert stored is not None
    assert decode_position(stored).next_offset == 2
    db.close()


class MortalReader(OvertakenReader):
    """A reader of a changelog that gives three records at a time, and no more than so many altogether."""

    left: ClassVar[int]
    began_at: ClassVar[int]

    async def start(self) -> None: ...

    def seek(self, tp: TopicPartition, position: int) -> None:
        MortalReader.began_at = self._position = position

    async def end_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {CHANGELOG: self.log.stable_end}

    async def getmany(self, timeout_ms: int) -> dict[TopicPartition, Any]:
        if self.left <= 0:
            raise ConnectionError("the brokers are gone")
        answer = self.log.read(self._position, 3)
        MortalReader.left -= len(answer.records)
        self._position = answer.next
        return {CHANGELOG: answer.records}


@pytest.mark.parametrize("limit", ["FILE_ROWS", "READ_AGAIN"])
def test_cut_short_it_goes_on_behind_the_rows_that_are_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(f"app.runtime.restore.{limit}", 4)
    MortalReader.log = Log("changelog", 0)
    for number in range(15):
        MortalReader.log.append([(b"w%02d" % number, b"1", [])], T0)
    MortalReader.left = 9
    db = MEMORY.open(tmp_path / "db")
    reader: Callable[..., Any] = MortalReader
    with pytest.raises(ConnectionError):
        asyncio.run(restore(db, CHANGELOG, reader, lambda _: None, T0))
    assert stored_in(db) == (6, [b"w%02d" % number for number in range(6)])
    MortalReader.left = 15
    asyncio.run(restore(db, CHANGELOG, reader, lambda _: None, T0))
    assert MortalReader.began_at == 6
    assert stored_in(db) == (15, [b"w%02d" % number for number in range(15)])
    db.close()


@pytest.mark.parametrize("limit", ["FILE_ROWS", "READ_AGAIN"])
def test_cut_short_again_and_again_it_grows_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(f"app.runtime.restore.{limit}", 4)
    MortalReader.log = Log("changelog", 0)
    MortalReader.log.append([(b"w%02d" % number, b"1", []) for number in range(60)], T0)
    db = MEMORY.open(tmp_path / "db")
    reader: Callable[..., Any] = MortalReader
    outdated: list[bool] = []
    for day in (0, 3, 6):
        now = T0 + day * DAY_MS
        outdated.append(is_outdated(db, now))
        MortalReader.left = 9
        with pytest.raises(ConnectionError):
            asyncio.run(restore(db, CHANGELOG, reader, lambda _: None, now))
    assert outdated == [False, False, True]
    MortalReader.left, now = 60, T0 + 7 * DAY_MS
    asyncio.run(restore(db, CHANGELOG, reader, lambda _: None, now))
    assert not is_outdated(db, now + OLDEST_STORE_MS)
    assert is_outdated(db, now + OLDEST_STORE_MS + 1)
    db.close()


def test_what_is_left_to_restore_is_told_until_there_is_nothing(tmp_path: Path) -> None:
    MortalReader.log = Log("changelog", 0)
    MortalReader.log.append([(b"w%02d" % number, b"1", []) for number in range(10)], T0)
    MortalReader.left = 10
    db = MEMORY.open(tmp_path / "db")
    reader: Callable[..., Any] = MortalReader
    told: list[int] = []
    asyncio.run(restore(db, CHANGELOG, reader, told.append, T0))
    assert told == [10, 7, 4, 1, 0]
    db.close()


class BeheadedReader(MortalReader):
    """A reader of a changelog whose first 40 offsets were deleted."""

    left = 1_000

    async def beginning_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {CHANGELOG: 40}


@pytest.mark.parametrize("position", [None, 0, 39])
@pytest.mark.parametrize("end", [40, 60])
def test_a_changelog_that_has_lost_rows_which_the_store_lacks_is_refused(
    tmp_path: Path, position: int | None, end: int
) -> None:
    reader: Callable[..., Any] = BeheadedReader
    db = store_beside_a_log(tmp_path, position, end)
    with pytest.raises(
        StateRefused, match=rf"\[0\] begins at 40, the local store is at {position or 0}: .* action: stop"
    ):
        asyncio.run(restore(db, CHANGELOG, reader, lambda _: None, T0))
    assert [key for key, _ in scan_rows(db, b"w", b"x", 100)] == []
    db.close()


@pytest.mark.parametrize("position", [40, 57])
def test_a_store_that_has_what_the_changelog_has_lost_goes_on(tmp_path: Path, position: int) -> None:
    reader: Callable[..., Any] = BeheadedReader
    db = store_beside_a_log(tmp_path, position, 60)
    asyncio.run(restore(db, CHANGELOG, reader, lambda _: None, T0))
    assert stored_in(db) == (60, [b"w%02d" % number for number in range(position, 60)])
    db.close()


def store_beside_a_log(directory: Path, position: int | None, end: int) -> Rdict:
    """A store that has come so far, and a log that ends there."""
    BeheadedReader.log = Log("changelog", 0)
    BeheadedReader.log.append([(b"w%02d" % number, b"1", []) for number in range(end)], T0)
    db = MEMORY.open(directory / "db")
    if position is not None:
        db.put(POSITION, encode_position(Position(position, T0)))
    return db


def stored_in(db: Rdict) -> tuple[int, list[bytes]]:
    """The position that a store keeps, and the rows that it has."""
    stored = db.get(POSITION)
    assert stored is not None
    return decode_position(stored).next_offset, [key for key, _ in scan_rows(db, b"w", b"x", 100)]
