"""Jobs in, what processes of their own tell of them out: they work for a view while nobody asks it."""

import asyncio
import gc
import signal
from collections.abc import AsyncGenerator, Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol

from msgspec import Struct

from app.runtime.errors import whereabouts


class Job(Protocol):
    """What one process does at a time."""

    def run(self, tell: Callable[[Any], None]) -> None:
        """Do it, and tell what comes of it."""


class ReadersEnded(Exception):
    """A job was not done, and no other will be: the processes are gone."""


class _Done(Struct, frozen=True):
    """A job is done, or why it is not: what was raised and where."""

    why_not: str | None


class Readers:
    """Processes forked before a loop or a thread runs, which could not follow: a fork costs 1 ms, an import of all that
    they need a second. They end with this process, however it ends."""

    def __init__(self, count: int) -> None:
        """Fork so many."""
        forking = get_context("fork")
        self._connections: list[Connection] = []
        self._processes = []
        for _ in range(count):
            here, there = forking.Pipe()
            process = forking.Process(target=_work, args=(here, there), daemon=True)
            process.start()
            there.close()
            self._connections.append(here)
            self._processes.append(process)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._processes)

    async def work(self, jobs: Sequence[Job]) -> AsyncGenerator[Any]:
        """Give every process a job at most; gives what they tell, as it comes. ReadersEnded when one is not done."""
        assert len(jobs) <= len(self), "a job each"
        busy = self._connections[: len(jobs)]
        try:
            for connection, job in zip(busy, jobs, strict=True):
                connection.send(job)
            while busy:
                ready = await asyncio.to_thread(wait, busy)
                for connection in [one for one in busy if one in ready]:
                    match connection.recv():
                        case _Done(None):
                            busy.remove(connection)
                        case _Done(why_not):
                            raise ReadersEnded(why_not)
                        case told:
                            yield told
        except (EOFError, OSError) as error:
            raise ReadersEnded("a process of theirs was ended") from error

    def close(self) -> None:
        """End them; whoever waits for what they tell is let go."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.join()
        self._processes, self._connections = [], []


def _work(parents: Connection, connection: Connection) -> None:
    """Do jobs until the parent is gone."""
    parents.close()  # else its end would not be seen
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group: the parent ends its children
    gc.disable()  # what lives here for long is bytes, which are in no circle
    try:
        while True:
            job: Job = connection.recv()
            connection.send(_Done(_why_not(job, connection.send)))
    except (EOFError, OSError):
        return


def _why_not(job: Job, tell: Callable[[Any], None]) -> str | None:
    try:
        job.run(tell)
    except Exception as error:  # noqa: BLE001  # the parent does it all by itself then, and tells what stands against it
        return whereabouts(error)
    return None
