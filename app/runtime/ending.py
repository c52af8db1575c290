"""How a worker ends: well, past what libraries do last; or, if it cannot go on, with a line, and a code of its own."""

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


def leave(code: int) -> NoReturn:
    """End the process with what was done and said, and nothing more.

    Threads of libraries outlive what uses them. While the end of the interpreter and of the C++ runtime takes down what
    they need, one may still run: a worker that had done everything once ended with SIGSEGV, in a thread not its first.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
