"""Folders in, the bytes that they take out."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

BLOCK: Final = 512
"""What `st_blocks` counts, whatever the file system's own blocks are."""


def taken(directory: Path) -> int:
    """Sum what the files below a folder take on the disk; files may come and go meanwhile."""
    return sum(_blocks(path) * BLOCK for path in directory.rglob("*") if path.is_file())


def logged(data: Path, topics: Iterable[str]) -> int:
    """Sum the segments of topics in a broker's data, as the broker has written them: batches, compressed or not."""
    return sum(path.stat().st_size for topic in topics for path in data.glob(f"{topic}-[0-9]*/*.log"))


def _blocks(path: Path) -> int:
    try:
        return path.stat().st_blocks
    except FileNotFoundError:
        return 0
