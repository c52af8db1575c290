"""How a worker ends that cannot go on: one line on stderr, one in the log, and an exit code of its own."""

import os
import sys
from typing import Final, NoReturn

import structlog

log = structlog.get_logger("segue.ending")

EXIT_REFUSED: Final = 70
"""Nobody but an operator can help."""
EXIT_STALLED: Final = 75
"""Nothing moves any more; another start may help."""


def end_worker(error: BaseException, code: int = EXIT_REFUSED) -> NoReturn:
    """End the process at once, from any thread; what has not committed has not happened."""
    log.critical("worker stops", error=str(error))
    sys.stderr.write(f"error: {error}\n")
    sys.stderr.flush()
    os._exit(code)
