"""A worker on a machine whose wall clock is wrong; the worker itself is the real one, and knows nothing of this.

`python -m tests.kafka.shifted_worker SECONDS JUMP`: the clock is ahead by SECONDS, and every SIGWINCH sets it: to
JUMP more, then back again.
"""

import signal
import sys
import time
from typing import Final

REAL: Final = time.time
AHEAD: Final = float(sys.argv[1])
JUMP: Final = float(sys.argv[2])
_ahead = AHEAD


def shifted() -> float:
    return REAL() + _ahead


def set_clock(*_: object) -> None:
    global _ahead  # noqa: PLW0603  # there is one clock
    _ahead = AHEAD + JUMP if _ahead == AHEAD else AHEAD


if __name__ == "__main__":
    time.time = shifted
    signal.signal(signal.SIGWINCH, set_clock)

    from app.command_line import segue

    segue(["worker"])
