"""A customer's row to bytes and back: the one row that every order reads and writes.

A msgpack array that begins with its version; new fields go last, and what a row of this version has not has the value
of a newborn's.
"""

from typing import Any, Final

import msgspec

from schemas.customer_row import CustomerRow
from schemas.rows import BrinkRow
from schemas.transitions import Cause

VERSION: Final = 2

_encode = msgspec.msgpack.Encoder().encode
_decode: msgspec.msgpack.Decoder[list[Any]] = msgspec.msgpack.Decoder(list[Any])


def encode_customer(row: CustomerRow) -> bytes:
    """Write a row."""
    return _encode([
        VERSION, row.segment, row.at, row.sequence, row.moved_at,
        row.frequency, row.known, row.monetary, row.counted, row.first, row.last,
        row.due, row.spilled, row.refunds, row.waiting, row.newest, row.ahead, row.erased_at, row.paid,
        row.engaged, row.met, row.moves, row.raised, row.brink, row.floor, row.told,
        row.frozen,
    ])  # fmt: skip


def decode_customer(stored: bytes) -> CustomerRow:
    """Read a row; msgspec.ValidationError for one of another version, DecodeError for one that is torn."""
    values = _decode.decode(stored)
    if values[0] != VERSION:
        raise msgspec.ValidationError(f"A customer row of version {values[0]!r}: this program reads {VERSION}")
    if len(values) < WIDTH:
        values += _decode.decode(NEWBORN)[len(values) :]
    row = CustomerRow()
    (
        _, row.segment, row.at, row.sequence, row.moved_at,
        row.frequency, row.known, row.monetary, row.counted, row.first, row.last,
        row.due, row.spilled, row.refunds, row.waiting, row.newest, row.ahead, row.erased_at, row.paid,
        row.engaged, row.met, row.moves, raised, brink, row.floor, row.told,
        row.frozen,
    ) = values  # fmt: skip
    if raised is not None:
        row.raised = msgspec.convert(raised, Cause)
    if brink is not None:
        row.brink = msgspec.convert(brink, BrinkRow)
    return row


NEWBORN: Final = encode_customer(CustomerRow())
WIDTH: Final = len(_decode.decode(NEWBORN))
