"""How a worker ends that cannot go on: one line on stderr, one in the log, and an exit code of its own."""

import os
import sys
from typing import Final, NoReturn

import structlog

log = structlog.get_logger("segue.ending")

EXIT_REFUSED: Final = 70


def end_worker(error: BaseException) -> NoReturn:
    """End the process at once, from any thread; what has not committed has not happened."""
    log.critical("worker stops", error=str(error))
    sys.stderr.write(f"error: {error}\n")
    sys.stderr.flush()
    os._exit(EXIT_REFUSED)
