"""Log records of libraries in, of each wording one a second out, with the number of those left out."""

import logging
import time
from collections.abc import Callable
from typing import Final

EVERY_S: Final = 1.0
WORDINGS: Final = 1_000
"""Beyond so many they are forgotten: some libraries write values into their wordings."""


class RepeatedLines(logging.Filter):
    """aiokafka tells of every attempt to reach a broker that is away: hundreds of lines a second from one worker."""

    def __init__(self, loggers: tuple[str, ...], steady: Callable[[], float] = time.monotonic) -> None:
        """`loggers`: whose records are counted, theirs and those of their children; `steady` gives seconds."""
        super().__init__()
        self._loggers = tuple(f"{name}." for name in loggers)
        self._steady = steady
        self._told: dict[tuple[str, str], float] = {}
        self._left_out: dict[tuple[str, str], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the first one of a wording through, and the first one after a second."""
        if not f"{record.name}.".startswith(self._loggers):
            return True
        wording, now = (record.name, str(record.msg)), self._steady()
        last = self._told.get(wording)
        if last is not None and now - last < EVERY_S:
            self._left_out[wording] = self._left_out.get(wording, 0) + 1
            return False
        if len(self._told) >= WORDINGS:
            self._told.clear()
            self._left_out.clear()
        self._told[wording] = now
        left_out = self._left_out.pop(wording, 0)
        if left_out:
            record.msg, record.args = f"{record.getMessage()} ({left_out} more like it)", ()
        return True
