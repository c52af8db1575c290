"""The moves of a customer that a late fact may still take back, packed into the bytes of her row, oldest first.

An entry is `<qBBB` (effective_at ms, 1 if silent, lengths of the segments it leads from and to; 0 = none) and the two
ids in ASCII.
"""

from collections.abc import Iterable, Iterator
from struct import Struct
from typing import Final, NamedTuple

_HEAD: Final = Struct("<qBBB")


class RememberedMove(NamedTuple):
    """One move of the timeline, published or silent."""

    at: int
    origin: str | None
    to: str | None
    silent: bool


def pack_moves(moves: Iterable[RememberedMove]) -> bytes:
    """Pack moves in the order given."""
    return b"".join([_packed(move.at, move.origin, move.to, move.silent) for move in moves])


def _packed(at: int, origin: str | None, to: str | None, silent: bool) -> bytes:  # noqa: FBT001  # a field
    before, after = origin.encode() if origin else b"", to.encode() if to else b""
    return _HEAD.pack(at, silent, len(before), len(after)) + before + after


def unpack_moves(packed: bytes) -> Iterator[RememberedMove]:
    """Unpack all moves, oldest first."""
    start = 0
    while start < len(packed):
        at, silent, origin, to = _HEAD.unpack_from(packed, start)
        middle = start + _HEAD.size + origin
        end = middle + to
        before, after = packed[start + _HEAD.size : middle].decode(), packed[middle:end].decode()
        yield RememberedMove(at, before or None, after or None, bool(silent))
        start = end


def remember(packed: bytes, at: int, way: tuple[str | None, str | None], *, silent: bool, since: int) -> bytes:
    """Add the newest move, from where to where, and let go of those before an instant but for the last of them."""
    packed += _packed(at, way[0], way[1], silent)
    while True:
        _, _, origin, to = _HEAD.unpack_from(packed)
        second = _HEAD.size + origin + to
        if second >= len(packed) or _HEAD.unpack_from(packed, second)[0] >= since:
            return packed
        packed = packed[second:]
