"""Jobs for processes of their own: what they tell comes here, and where one fails all are ended."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from app.serving.readers import Readers, ReadersEnded


@dataclass
class Counts:
    """Tells numbers, and by which process."""

    upto: int

    def run(self, tell: Callable[[Any], None]) -> None:
        for number in range(self.upto):
            tell((number, os.getpid()))


class Fails:
    """Raises what names a customer."""

    def run(self, tell: Callable[[Any], None]) -> None:
        tell("begun")
        raise LookupError("ann@example.org")


class Dies:
    """Is killed in the middle of it."""

    def run(self, tell: Callable[[Any], None]) -> None:
        tell("begun")
        os.kill(os.getpid(), signal.SIGKILL)


class Lasts:
    """Never ends by itself."""

    def run(self, tell: Callable[[Any], None]) -> None:
        tell(os.getpid())
        time.sleep(1_000)


@pytest.fixture
def readers() -> Iterator[Readers]:
    forked = Readers(2)
    yield forked
    forked.close()


async def test_each_does_its_job_and_then_another(readers: Readers) -> None:
    for _ in range(2):
        told = [one async for one in readers.work([Counts(3), Counts(2)])]
        assert sorted(number for number, _ in told) == [0, 0, 1, 1, 2]
        by = {process for _, process in told}
        assert len(by) == 2
        assert os.getpid() not in by


async def test_one_job_leaves_the_other_process_idle(readers: Readers) -> None:
    assert [number async for number, _ in readers.work([Counts(2)])] == [0, 1]


async def test_why_a_job_was_not_done_is_told_without_what_may_name_a_customer(readers: Readers) -> None:
    with pytest.raises(ReadersEnded) as ended:
        _ = [one async for one in readers.work([Fails()])]
    assert "LookupError" in str(ended.value)
    assert "ann@example.org" not in str(ended.value)


async def test_a_process_that_is_killed_ends_the_work(readers: Readers) -> None:
    with pytest.raises(ReadersEnded):
        _ = [one async for one in readers.work([Dies(), Counts(1)])]


async def test_one_that_was_killed_before_takes_no_job(readers: Readers) -> None:
    with pytest.raises(ReadersEnded):
        _ = [one async for one in readers.work([Dies()])]
    with pytest.raises(ReadersEnded):
        _ = [one async for one in readers.work([Counts(1)])]


async def test_whoever_waits_for_them_is_let_go_when_they_are_closed(readers: Readers) -> None:
    begun: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def wait() -> None:
        async for process in readers.work([Lasts()]):
            begun.set_result(process)

    waiting = asyncio.ensure_future(wait())
    process = await begun
    readers.close()
    assert len(readers) == 0
    with pytest.raises(ReadersEnded):
        await waiting
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
