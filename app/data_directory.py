"""A directory of a process, for it alone."""

import fcntl
from pathlib import Path
from typing import IO

from app.runtime.errors import SegueError


def lock_directory(directory: Path, setting: str = "SEGUE_STATE__DIRECTORY", whose: str = "worker") -> IO[str]:
    """Create and lock a data directory; it stays locked while the result is open. SegueError if another has it."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (directory / f"{whose}.lock").open("w")
    except OSError as error:
        raise SegueError(
            f"cannot use the data directory {directory}: {error.strerror}. Operator action: set {setting}."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise SegueError(
            f"the data directory {directory} is in use by another {whose}. Operator action: give each {whose} its own "
            f"{setting}."
        ) from error
    return lock
