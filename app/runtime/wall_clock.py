"""Whether the machine's clock has been set, or the machine has slept: whoever is due follows that clock."""

from collections.abc import Callable
from typing import Final

import structlog

from agents.decisions.clock import Reading, jump
from app.runtime.clocks import Clocks

log = structlog.get_logger("segue.wall_clock")

TORN_S: Final = 0.1
"""Two clocks read further apart than this, because others had the core, tell nothing of each other."""


def reader(clocks: Clocks) -> Callable[[], Reading | None]:
    """Read both clocks at once; None if something came in between."""

    def read() -> Reading | None:
        began = clocks.steady()
        wall = clocks.wall()
        steady = clocks.steady()
        return Reading(int(wall * 1000), int(steady * 1000)) if steady - began < TORN_S else None

    return read


class WallClock:
    """Compares the wall clock with the steady one from look to look; the tasks of a worker share one."""

    def __init__(self, read: Callable[[], Reading | None]) -> None:
        self._read = read
        self._before: Reading | None = None

    def look(self, jumped: Callable[[], object]) -> None:
        """Say so, and call `jumped`, if the wall clock has jumped since the last look."""
        now = self._read()
        if now is None:
            return
        before, self._before = self._before, now
        ahead = jump(before, now) if before is not None else 0
        if before is not None and ahead:
            log.warning(
                "the wall clock has jumped: whoever is due follows it, but no partition's clock goes back",
                wall_ms=now.wall - before.wall,
                steady_ms=now.steady - before.steady,
                ahead_ms=ahead,
            )
            jumped()
