"""Ascending whole numbers in, few bytes out, and back: what a partition tells of its customers at a freeze."""

import sys
from array import array
from collections.abc import Sequence
from typing import Final

WIDTHS: Final = (("H", 2), ("I", 4), ("Q", 8))
"""Kinds of numbers, each with its bytes; the first byte of a pack says which, the numbers follow little end first."""


def pack_values(values: Sequence[int]) -> bytes:
    """Pack numbers of 0 or more, ascending, into the smallest width that holds the last one."""
    largest = values[-1] if values else 0
    code = next(code for code, width in WIDTHS if largest < 1 << 8 * width)
    packed = array(code, values)
    if sys.byteorder == "big":
        packed.byteswap()
    return code.encode() + packed.tobytes()


def unpack_values(packed: bytes) -> "array[int]":
    """Read what `pack_values` wrote; ValueError when it did not."""
    code = packed[:1].decode("ascii", "replace")
    if code not in dict(WIDTHS):
        raise ValueError("no packed values: their width is unknown")
    values: array[int] = array(code)
    values.frombytes(packed[1:])
    if sys.byteorder == "big":
        values.byteswap()
    return values
