"""A customer's row to bytes and back: the one row that every order reads and writes.

A msgpack array that begins with its version: the segment, what every order changes as numbers of fixed width, the
packed orders and moves; then, if anything of it differs from a newborn's, what few customers have. New fields go last,
and what a row of this version has not has the value of a newborn's.
"""

from typing import Any, Final

import msgspec
from librt.strings import BytesWriter, read_i32_le, read_i64_le, write_i32_le, write_i64_le

from schemas.customer_row import CustomerRow
from schemas.rows import BrinkRow
from schemas.transitions import Cause

VERSION: Final = 3
COMMON: Final = 5
"""Members of the row of a customer who has nothing special."""
NUMBERS: Final = 64
"""Bytes of the numbers."""

_encode = msgspec.msgpack.Encoder().encode
_decode: msgspec.msgpack.Decoder[list[Any]] = msgspec.msgpack.Decoder(list[Any])


def encode_customer(row: CustomerRow) -> bytes:
    """Write a row."""
    common = [VERSION, row.segment, _numbers(row), row.newest, row.moves]
    return _encode(common if _is_common(row) else [
        *common, row.met, row.spilled, row.refunds, row.waiting, row.ahead, row.erased_at, row.paid, row.engaged,
        row.raised, row.brink, row.floor, row.told, row.frozen,
    ])  # fmt: skip


def decode_customer(stored: bytes) -> CustomerRow:
    """Read a row; msgspec.ValidationError for one of another version, DecodeError for one that is torn."""
    values = _decode.decode(stored)
    if values[0] != VERSION:
        raise msgspec.ValidationError(f"A customer row of version {values[0]!r}: this program reads {VERSION}")
    row = CustomerRow()
    row.met = True
    row.segment = values[1]
    _read_numbers(row, values[2])
    row.newest = values[3]
    row.moves = values[4]
    if len(values) > COMMON:
        _read_rest(row, values)
    return row


def _is_common(row: CustomerRow) -> bool:
    """Tell whether a customer has orders and moves and nothing else."""
    orders = row.spilled or row.refunds or row.waiting or row.ahead
    life = row.erased_at or row.floor or row.engaged or row.frozen or not row.met
    return not (orders or life or row.paid or row.told or row.raised is not None or row.brink is not None)


def _numbers(row: CustomerRow) -> bytes:
    numbers = BytesWriter()
    write_i64_le(numbers, row.at)
    write_i64_le(numbers, row.moved_at)
    write_i64_le(numbers, row.first)
    write_i64_le(numbers, row.last)
    write_i64_le(numbers, row.due)
    write_i64_le(numbers, row.monetary)
    write_i32_le(numbers, row.sequence)
    write_i32_le(numbers, row.frequency)
    write_i32_le(numbers, row.known)
    write_i32_le(numbers, row.counted)
    return numbers.getvalue()


def _read_numbers(row: CustomerRow, numbers: bytes) -> None:
    row.at = read_i64_le(numbers, 0)
    row.moved_at = read_i64_le(numbers, 8)
    row.first = read_i64_le(numbers, 16)
    row.last = read_i64_le(numbers, 24)
    row.due = read_i64_le(numbers, 32)
    row.monetary = read_i64_le(numbers, 40)
    row.sequence = read_i32_le(numbers, 48)
    row.frequency = read_i32_le(numbers, 52)
    row.known = read_i32_le(numbers, 56)
    row.counted = read_i32_le(numbers, 60)


def _read_rest(row: CustomerRow, values: list[Any]) -> None:
    if len(values) < WIDTH:
        values += _decode.decode(NEWBORN)[len(values) :]
    (
        *_, row.met, row.spilled, row.refunds, row.waiting, row.ahead, row.erased_at, row.paid, row.engaged,
        raised, brink, row.floor, row.told, row.frozen,
    ) = values  # fmt: skip
    if raised is not None:
        row.raised = msgspec.convert(raised, Cause)
    if brink is not None:
        row.brink = msgspec.convert(brink, BrinkRow)


NEWBORN: Final = encode_customer(CustomerRow())
WIDTH: Final = len(_decode.decode(NEWBORN))
