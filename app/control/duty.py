"""The work of one worker at a time, on the control topic: begun with partition 0 of the inputs, and ended when it goes.

Starting its publisher fences whoever did it before, so two may believe that they do it, and only one can publish.
"""

import asyncio
from abc import ABC, abstractmethod
from typing import Final

import structlog
from aiokafka.errors import ProducerFenced

from app.runtime.errors import whereabouts

log = structlog.get_logger("segue.duty")

BACK_OFF_SECONDS: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
STOP_SECONDS: Final = 5


class Duty(ABC):
    """Does its work until it is stopped; nothing of it is kept but in the topics."""

    def __init__(self, of: str, session_timeout_ms: int) -> None:
        """`of`: what is decided, for the log."""
        self._of = of
        self._session_seconds = session_timeout_ms / 1000
        self._running: asyncio.Task[None] | None = None
        self._failures = 0

    @abstractmethod
    async def work(self) -> None:
        """Work until something fails."""

    def start(self) -> None:
        """Begin, unless it has begun: partition 0 of the inputs is ours."""
        if self._running is None:
            self._running = asyncio.ensure_future(self.run())

    async def stop(self) -> None:
        """End: partition 0 goes. What is not committed is void, and left to the next one."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await asyncio.wait([running], timeout=STOP_SECONDS)

    def succeeded(self) -> None:
        """Note that it goes well: the next failure is answered as the first."""
        self._failures = 0

    async def run(self) -> None:
        """Work until cancelled; every failure is answered by beginning again."""
        while True:
            try:
                await self.work()
            except ProducerFenced:
                # Another worker has the role, and its partition 0 most likely. The group tells us within a session
                # timeout; beginning again at once would fence the rightful one.
                log.info("another worker decides", of=self._of)
                await asyncio.sleep(self._session_seconds)
            except Exception as error:  # noqa: BLE001  # whatever it is, the worker's partitions go on without us
                pause = BACK_OFF_SECONDS[min(self._failures, len(BACK_OFF_SECONDS) - 1)]
                self._failures += 1
                log.warning("cannot decide, trying again", of=self._of, error=whereabouts(error), seconds=pause)
                await asyncio.sleep(pause)
