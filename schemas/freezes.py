"""Freezes: what a partition's customers hold at the instant of one, in chunks, on their way to the cut points."""

from typing import Final

import msgspec
from msgspec import Struct


class FreezeChunk(Struct, frozen=True, array_like=True, tag=1, gc=False):
    """Some of the values of one partition at a freeze; new fields come last.

    The values are those of customers with frequency 1 or more, packed (`schemas.packed_values`) in ascending order;
    None where the policy has no quantiles of a score. Those that are there have the same number of values.
    """

    at: int
    """The instant of the freeze, epoch ms."""
    partition: int
    """Of the inputs."""
    number: int
    """0, 1, 2 ... within the partition and the freeze."""
    last: bool
    """Whether the partition's part of the freeze is complete; it adds nothing to an earlier freeze any more."""
    recency: bytes | None
    frequency: bytes | None
    monetary: bytes | None


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(FreezeChunk)


def chunk_key(chunk: FreezeChunk) -> bytes:
    """Name a chunk."""
    return f"{chunk.at}/{chunk.partition}/{chunk.number}".encode()


def encode_chunk(chunk: FreezeChunk) -> bytes:
    """Write a chunk as the value of its record."""
    return _encoder.encode(chunk)


def decode_chunk(value: bytes) -> FreezeChunk:
    """Read a chunk; msgspec.DecodeError when it is none."""
    return _decoder.decode(value)
