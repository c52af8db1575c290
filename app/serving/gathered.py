"""What a first reading makes of records, to be handed from one process to another."""

from pathlib import Path

from msgspec import Struct

from app.serving.level import Place


class Heard(Struct):
    """What records of standings tell beside where customers stand."""

    ranked: dict[tuple[str, int, str | None, int | None], int] = {}
    """Policy, its version, segment and rank: the newest instant at which they were named."""
    erased: dict[bytes, int] = {}
    """Customers: up to when they are erased."""
    unreadable: int = 0


class Gathered(Struct, frozen=True):
    """A file of rows, and what else their records told. Positions are next offsets to read: the rows promise them."""

    file: Path | None
    """None: they told of no customer."""
    positions: dict[Place, int]
    records: int
    heard: Heard
    marks: list[bytes]
    """Every thousandth customer, ascending."""


class Indexed(Struct, frozen=True):
    """Files of index entries of so many customers, and how many of them stand where."""

    files: list[Path]
    sizes: dict[str | None, int]
