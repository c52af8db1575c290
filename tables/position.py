"""How much of its changelog a local store holds."""

from typing import Any

import msgspec
from msgspec import Struct


class Position(Struct, array_like=True, tag=1, frozen=True, gc=False):
    """Next changelog offset to read, and when the store was last level with its changelog."""

    next_offset: int
    level_at: int
    """Epoch ms; of a store that has never been level, when it was begun."""


_decoder: Any = msgspec.msgpack.Decoder(Position)


def encode_position(position: Position) -> bytes:
    """Write a position."""
    return msgspec.msgpack.encode(position)


def decode_position(stored: bytes) -> Position:
    """Read a position."""
    position: Position = _decoder.decode(stored)
    return position
