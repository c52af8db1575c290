"""The moves of a customer that a late fact may still take back, packed into the bytes of her row, oldest first.

An entry is `<qBBB` (effective_at ms, 1 if silent, lengths of the segments it leads from and to; 0 = none) and the two
ids in ASCII.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from librt.strings import BytesWriter, read_i64_le, write_i64_le

_HEAD: Final = 11  # bytes of an entry before its ids


class RememberedMove(NamedTuple):
    """One move of the timeline, published or silent."""

    at: int
    origin: str | None
    to: str | None
    silent: bool


def pack_moves(moves: Iterable[RememberedMove]) -> bytes:
    """Pack moves in the order given."""
    packed = BytesWriter()
    for move in moves:
        _append(packed, move.at, move.origin, move.to, move.silent)
    return packed.getvalue()


def _append(packed: BytesWriter, at: int, origin: str | None, to: str | None, silent: bool) -> None:  # noqa: FBT001
    before, after = origin.encode() if origin else b"", to.encode() if to else b""
    write_i64_le(packed, at)
    packed.append(silent)
    packed.append(len(before))
    packed.append(len(after))
    packed.write(before)
    packed.write(after)


def unpack_moves(packed: bytes) -> Iterator[RememberedMove]:
    """Unpack all moves, oldest first."""
    start = 0
    while start < len(packed):
        middle = start + _HEAD + packed[start + 9]
        end = middle + packed[start + 10]
        before, after = packed[start + _HEAD : middle].decode(), packed[middle:end].decode()
        yield RememberedMove(read_i64_le(packed, start), before or None, after or None, bool(packed[start + 8]))
        start = end


def remember(packed: bytes, at: int, way: tuple[str | None, str | None], *, silent: bool, since: int) -> bytes:
    """Add the newest move, from where to where, and let go of those before an instant but for the last of them."""
    start = 0
    while start < len(packed):
        second = start + _HEAD + packed[start + 9] + packed[start + 10]
        following = read_i64_le(packed, second) if second < len(packed) else at
        if following >= since:
            break
        start = second
    left = BytesWriter()
    left.write(packed[start:] if start else packed)
    _append(left, at, way[0], way[1], silent)
    return left.getvalue()
