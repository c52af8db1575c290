"""A data directory in, whether a worker can use it, how much space it has and who holds its lock, out."""

import fcntl
import os
import shutil
from pathlib import Path
from typing import Final

from app.data_directory import LOCK
from app.doctor.finding import Finding

SCARCE_BYTES: Final = 2 * 1024**3
LOCKS: Final = Path("/proc/locks")
_ACTION: Final = "give the worker's user this directory, or set SEGUE_STATE__DIRECTORY."


def directory_findings(directory: Path) -> list[Finding]:
    """Look at a directory, or at where it would be created; leaves nothing behind."""
    there = next(path for path in (directory, *directory.absolute().parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return [Finding("directory", "error", f"{there} cannot be written by this user", _ACTION)]
    return [_space(directory, there), _holder(directory)]


def _space(directory: Path, there: Path) -> Finding:
    free = shutil.disk_usage(there).free
    told = f"{directory}{'' if there == directory else ' (to be created)'} has {free / 1024**3:.1f} GiB free"
    if free >= SCARCE_BYTES:
        return Finding("directory", "ok", told)
    return Finding(
        "directory", "warning", told, "make room, or set SEGUE_STATE__DIRECTORY: deploy/capacity.md says how much."
    )


def _holder(directory: Path) -> Finding:
    lock = directory / LOCK
    if not lock.exists():
        return Finding("directory", "ok", "no worker has used it yet")
    try:
        held = is_locked(lock)
    except OSError as error:
        return Finding("directory", "error", f"{lock} cannot be opened: {error.strerror}", _ACTION)
    if not held:
        return Finding("directory", "ok", "no worker has it now")
    process = holder(lock)
    who = f"process {process}" if process else "another process"
    return Finding("directory", "ok", f"in use by {who}; another worker on this machine needs a directory of its own")


def is_locked(lock: Path) -> bool:
    """Say whether somebody holds a lock, by asking for a shared one for an instant."""
    with lock.open("r") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def holder(lock: Path) -> int | None:
    """Name the process that holds a lock; None where the system does not tell."""
    if not LOCKS.exists():
        return None
    inode = str(lock.stat().st_ino)
    for line in LOCKS.read_text("ascii").splitlines():
        fields = line.split()
        if "FLOCK" in fields and fields[5].rpartition(":")[2] == inode and fields[4].isdigit():
            return int(fields[4]) or None
    return None
