"""Seeded chance in; an event loop out whose time jumps to the next timer, and which takes ready work in any order."""

import asyncio
from heapq import heappop
from random import Random
from typing import Any

from aiokafka.errors import KafkaError

from tests.simulation.process import PROCESS, Process


class NothingWillHappen(AssertionError):
    """Everybody waits for somebody."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Nothing here waits for the machine: no sockets, no threads."""

    _ready: Any
    _scheduled: Any

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self._chance = chance
        self._now = 0.0
        self.set_exception_handler(self._note)
        self.raised: list[str] = []
        """What was raised where nobody awaits it, besides what Kafka's clients raise."""

    def _note(self, loop: asyncio.AbstractEventLoop, told: dict[str, Any]) -> None:
        error = told.get("exception")
        if not isinstance(error, KafkaError):  # of several sends that failed, one is asked why
            self.raised.append(f"{told['message']}: {error!r}")

    def time(self) -> float:
        """Give virtual seconds since the begin."""
        return self._now

    def go_on(self, process: Process) -> None:
        """Take up what a process could not do while it was paused."""
        self._ready.extend(process.release())

    def _run_once(self) -> None:
        if not self._ready:
            self._jump()
        while self._scheduled and (self._scheduled[0]._when <= self._now or self._scheduled[0]._cancelled):
            timer = heappop(self._scheduled)
            timer._scheduled = False
            if not timer._cancelled:
                self._ready.append(timer)
        work = list(self._ready)
        self._ready.clear()
        if len(work) > 1:
            self._chance.shuffle(work)
        for handle in work:
            if not handle._cancelled:
                process = handle._context.get(PROCESS)
                if process is None or process.admits(handle):
                    handle._run()

    def _jump(self) -> None:
        while self._scheduled and self._scheduled[0]._cancelled:
            heappop(self._scheduled)._scheduled = False
        if not self._scheduled:
            raise NothingWillHappen
        self._now = max(self._now, self._scheduled[0]._when)

    def _process_events(self, event_list: Any) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody sleeps."""
