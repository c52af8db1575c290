"""A closed database's list of tables and its log in; whether rows between the two are lost out.

RocksDB takes a list that has lost its end for one that was being written when somebody crashed, and replays its log on
top of tables that are too old: rows of the tables in between are missing, and the position in the log does not tell.
Both name sequence numbers, which count every change: the log must not begin behind what the list has seen.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

BLOCK: Final = 32_768
HEADER: Final = 7
RECYCLED: Final = 4
"""What is added to the type of a piece whose header names the log: four bytes more."""
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4
SEQUENCE_BYTES: Final = 8
BEGIN_OF_LOG: Final = 64
NUMBERS: Final = frozenset({2, 3, 9, 10, 203})
"""Fields of an entry of the list that are a number each and stand before its last sequence number."""
STRINGS: Final = frozenset({1, 8193})
LAST_SEQUENCE: Final = 4


def is_behind(database: Path) -> bool:
    """Tell whether the log begins behind the end of the list; False where there is no list or nothing in the log."""
    current, logs = database / "CURRENT", sorted(database.glob("*.log"), key=lambda log: int(log.stem))
    if not current.is_file():
        return False
    manifest = database / current.read_text("ascii").strip()
    if not manifest.is_file():
        return False
    seen = max((_last_sequence(entry) for entry in _entries(manifest.read_bytes())), default=0)
    begins = next((first for first in map(_first_sequence, logs) if first is not None), None)
    return begins is not None and begins > seen + 1


def _entries(raw: bytes) -> Iterator[bytes]:
    """Put together what RocksDB cuts into pieces that fit into blocks; one that is not all there ends it."""
    at, entry = 0, b""
    while at + HEADER <= len(raw):
        if BLOCK - at % BLOCK < HEADER:
            at += BLOCK - at % BLOCK
            continue
        length, kind = int.from_bytes(raw[at + 4 : at + 6], "little"), raw[at + 6]
        recycled = RECYCLED < kind <= LAST + RECYCLED
        begin = at + HEADER + recycled * 4
        at = begin + length
        if kind == 0 or at > len(raw):
            return
        kind -= recycled * RECYCLED
        entry = raw[begin:at] if kind in (FULL, FIRST) else entry + raw[begin:at]
        if kind in (FULL, LAST):
            yield entry


def _last_sequence(entry: bytes) -> int:
    """Give the sequence number that an entry of the list names; 0 for one that names none."""
    at = 0
    while at < len(entry):
        field, at = _number(entry, at)
        if field not in NUMBERS | STRINGS | {LAST_SEQUENCE}:
            return 0
        value, at = _number(entry, at)
        if field == LAST_SEQUENCE:
            return value
        at += value if field in STRINGS else 0
    return 0


def _number(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(raw):
        value |= (raw[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if raw[at - 1] < 0x80:  # the last byte of a number
            break
    return value, at


def _first_sequence(log: Path) -> int | None:
    """Give the sequence number of the first change in a log; None for an empty one."""
    with log.open("rb") as file:
        raw = file.read(BEGIN_OF_LOG)
    if len(raw) < BEGIN_OF_LOG // 2 or raw[6] not in {FULL, FIRST, FULL + RECYCLED, FIRST + RECYCLED}:
        return None
    begin = HEADER + (raw[6] > RECYCLED) * 4
    return int.from_bytes(raw[begin : begin + SEQUENCE_BYTES], "little")
