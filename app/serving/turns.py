"""How long others were at it in, whether it is their turn again out: whoever works beside them has a fair share."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

LONGEST_SECONDS: Final = 0.005
"""Nobody waits longer for us than this and one piece of work."""


class Turns:
    """Shares the event loop, piece of work by piece, with all who are ready: they wait as long as we did for them.

    A turn of the loop has as much for others as there are sockets with something to read: one piece for each turn would
    be next to nothing in a flood of requests. What counts is time of the processor: another process that has it in
    between makes nobody's turn longer.
    """

    def __init__(self, now: Callable[[], float] = time.thread_time) -> None:
        self._now = now
        self._until = 0.0

    async def give(self) -> None:
        """Let others have their turn, unless ours is not over."""
        began = self._now()
        if began < self._until:
            return
        await asyncio.sleep(0)
        ended = self._now()
        self._until = ended + min(LONGEST_SECONDS, ended - began)
