"""A closed database in, the same with a block that no checksum fits out."""

from pathlib import Path


def spoil_a_block(database: Path) -> None:
    """Overwrite a part of the largest table."""
    table = max(database.glob("*.sst"), key=lambda file: file.stat().st_size)
    content = bytearray(table.read_bytes())
    content[20_000:20_100] = bytes(100)
    table.write_bytes(content)
