"""Tasks in, their end out."""

import asyncio
from typing import Any, Final

AGAIN_SECONDS: Final = 2.0
"""For what a task does in the end, such as closing its connections: another cancellation would cut that short."""


async def end_tasks(*tasks: "asyncio.Future[Any]", again_seconds: float = AGAIN_SECONDS) -> None:
    """Cancel tasks, and wait until all are over; what they end with is nobody's concern any more.

    Asked again now and then: before Python 3.12 asyncio.wait_for loses a cancellation that comes in the turn of the
    loop in which what it waits for is done, and aiokafka waits by it wherever it connects or asks for offsets.
    """
    while unfinished := [task for task in tasks if not task.done()]:
        for task in unfinished:
            task.cancel()
        await asyncio.wait(unfinished, timeout=again_seconds)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # asyncio would complain of one that nobody asks for
