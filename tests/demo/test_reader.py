"""A worker that gets nothing done in, an error out, not a wait without end."""

import asyncio

import pytest

from app.demo import reader
from app.demo.reader import Published, Reader, StalledError, transitions
from app.settings import Settings


async def test_a_worker_that_gets_nothing_done_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "STALL_SECONDS", 0.01)
    waiting = Reader(Settings(), 1)
    with pytest.raises(StalledError, match=r"^the worker has not finished anything for 0\.01 s$"):
        await asyncio.wait_for(waiting.until(lambda: False), 5)


def test_only_transitions_are_moves() -> None:
    assert transitions([Published("segment.brink", b"{}"), Published("", b"")]) == []
