"""A closed database in, the same spoiled in one way out."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

Spoil = Callable[[Path], None]


def spoil_a_block(database: Path) -> None:
    """Overwrite a part of the largest table, so that no checksum fits."""
    table = _largest(database, "*.sst")
    content = bytearray(table.read_bytes())
    begin = min(20_000, len(content) // 3)
    content[begin : begin + 100] = bytes(100)
    table.write_bytes(content)


def spoil_every_block(database: Path) -> None:
    """Overwrite a byte in every block of rows of the largest table."""
    table = _largest(database, "*.sst")
    content = bytearray(table.read_bytes())
    for place in range(100, len(content) // 2, 500):
        content[place] ^= 0xFF
    table.write_bytes(content)


def lose_a_table(database: Path) -> None:
    """Delete the largest table."""
    _largest(database, "*.sst").unlink()


def spoil_the_manifest(database: Path) -> None:
    """Overwrite the middle of the list of tables."""
    manifest = _largest(database, "MANIFEST-*")
    content = bytearray(manifest.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 16] = b"\xff" * 16
    manifest.write_bytes(content)


def cut_the_log(database: Path) -> None:
    """Lose the second half of the newest write-ahead log."""
    log = max(database.glob("*.log"), key=lambda file: file.name)
    content = log.read_bytes()
    log.write_bytes(content[: len(content) // 2])


UNREADABLE: Final[tuple[Spoil, ...]] = (spoil_a_block, spoil_every_block, lose_a_table, spoil_the_manifest)
"""What is noticed, in opening or in reading."""


def _largest(database: Path, pattern: str) -> Path:
    return max(database.glob(pattern), key=lambda file: file.stat().st_size)
