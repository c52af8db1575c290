"""What a task has in hand in; when its next transaction begins, and how much time alone may ask of it, out."""

import asyncio

from app.runtime.cadence import patience
from app.runtime.intake import Intake
from app.runtime.opening import OpenPartition
from app.runtime.pace import Pace
from app.runtime.passing_time import WALKS
from app.runtime.workplace import Workplace


class Turns:
    """Those of one task among all tasks of its worker, in whose lines it stands as the event that wakes it."""

    def __init__(self, place: Workplace, pace: Pace, wake: asyncio.Event, *, live: bool) -> None:
        """`live`: it works beside orders that come now. A replay waits for its freezes, and nobody for the replay."""
        self._place = place
        self._pace = pace
        self._wake = wake
        self._live = live

    async def come(self, opened: OpenPartition, now: int) -> None:
        """Wait for work, or until it is time to look whether time has brought any by itself."""
        due = opened.table.due.next()
        due_ms = None if due is None else due - (now if self._live else opened.clock)
        # A timer, and no `wait_for`: that is a task each, and partitions without work do little else.
        look = asyncio.get_running_loop().call_later(patience(opened.intake.size, due_ms), self._wake.set)
        try:
            await self._wake.wait()
        finally:
            look.cancel()
        self._wake.clear()

    async def begin(self, intake: Intake, *, at_once: bool) -> None:
        """Wait so that more records share the transaction that begins now; `at_once`: there is to be no wait."""
        await asyncio.sleep(0.0 if at_once else self._pace.wait(intake.size))
        self._pace.begin(intake.size)

    def may_move(self, orders: int) -> int:
        """Say how many customers time may move now, beside so many orders; 0 = it is woken for its turn."""
        return self._place.passing_time.enter(self._wake, orders)

    def may_walk(self, orders: int) -> int:
        """Say how many pieces may be walked now, beside so many orders; 0 = it is woken for its turn."""
        return self._place.walking.enter(self._wake, orders) if self._live else WALKS.alone

    def end(self, *, due: bool, walking: bool) -> bool:
        """Let the next tasks go on; tells whether it was this one's turn to move or to walk.

        `due`, `walking`: whether time alone has more to ask of it.
        """
        moved = self._place.passing_time.done(self._wake, overdue=due)
        walked = self._place.walking.done(self._wake, overdue=walking)
        if moved or walked:
            self._pace.turned()
        return moved or walked

    def leave(self) -> None:
        """Stand in no line any more."""
        self._place.passing_time.leave(self._wake)
        self._place.walking.leave(self._wake)
