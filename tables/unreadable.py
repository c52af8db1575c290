"""A database that cannot be read in, its directory moved aside for whoever wants to know why; an empty place out."""

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

ASIDE: Final = ".unreadable-"
KEPT: Final = 3
"""Stores kept aside per partition: a disk that keeps failing must not fill up with them."""
BEYOND_READING: Final = ("Corruption", "IO error: No such file or directory")


def is_of_the_store(error: Exception) -> bool:
    """Tell whether a database has raised this: rocksdict knows nothing more exact than Exception."""
    return type(error) is Exception


def is_unreadable(error: Exception) -> bool:
    """Tell whether what a database has raised will not pass: its files are spoiled or missing.

    A full disk, a lock that somebody holds and a failing device may pass: their files are kept in place.
    """
    return is_of_the_store(error) and str(error).startswith(BEYOND_READING)


def complaint(error: Exception) -> str:
    """Say what a database has met, without the file and whatever else it names."""
    return ": ".join(str(error).split(": ")[:2])


def set_aside(database: Path) -> Path:
    """Rename a closed database's directory to `<name>.unreadable-<n>`, where the newest few are kept; gives that path.

    Its time of change is that of this renaming: `forget` goes by it. One that has vanished is gone. OSError where the
    directory above cannot be written.
    """
    earlier = sorted(_numbers(database))
    aside = _aside(database, max(earlier, default=0) + 1)
    with suppress(FileNotFoundError):
        database.rename(aside)
        os.utime(aside)
    for number in earlier[: -(KEPT - 1)]:
        shutil.rmtree(_aside(database, number), ignore_errors=True)
    return aside


def forget(directory: Path, before_ms: int) -> list[str]:
    """Remove what any partition's database has left set aside before that instant (epoch ms); gives the names.

    It holds whole customers whom no erasure reaches. What cannot be removed is left for the next time.
    """
    old = [path for path in sorted(directory.glob(f"*{ASIDE}*")) if path.stat().st_mtime * 1000 < before_ms]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return [path.name for path in old if not path.exists()]


def _aside(database: Path, number: int) -> Path:
    return database.with_name(f"{database.name}{ASIDE}{number}")


def _numbers(database: Path) -> list[int]:
    ends = (path.name.rpartition("-")[2] for path in database.parent.glob(f"{database.name}{ASIDE}*"))
    return [int(end) for end in ends if end.isdecimal()]
