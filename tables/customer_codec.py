"""A customer's row to bytes and back: the one row that every order reads and writes.

It begins with its version, whether it has a tail, and the lengths of what has no fixed one: the segment, the packed
orders, the packed moves. What every order changes stands at fixed places behind them. The tail is a msgpack array of
what few customers have: new fields go last in it, and what a row has not has the value of a newborn's.
"""

from typing import Any, Final

import msgspec
from librt.strings import BytesWriter, read_i32_le, read_i64_le, write_i32_le, write_i64_le

from schemas.customer_row import CustomerRow
from schemas.rows import BrinkRow
from schemas.transitions import Cause

VERSION: Final = 3
NUMBERS: Final = 11
"""Where they begin: behind version, tail, length of the segment (a byte each) and those of orders and moves."""
TEXTS: Final = NUMBERS + 64
"""Where what has no fixed length begins."""

_encode = msgspec.msgpack.Encoder().encode
_decode: msgspec.msgpack.Decoder[list[Any]] = msgspec.msgpack.Decoder(list[Any])


def encode_customer(row: CustomerRow) -> bytes:
    """Write a row."""
    segment = row.segment.encode() if row.segment is not None else b""
    stored = BytesWriter()
    usual = _is_usual(row)
    stored.append(VERSION)
    stored.append(not usual)
    stored.append(len(segment))
    write_i32_le(stored, len(row.newest))
    write_i32_le(stored, len(row.moves))
    _write_numbers(stored, row)
    stored.write(segment)
    stored.write(row.newest)
    stored.write(row.moves)
    if not usual:
        stored.write(_encode(_tail(row)))
    return stored.getvalue()


def decode_customer(stored: bytes) -> CustomerRow:
    """Read a row; msgspec.ValidationError for one of another version, DecodeError for one that is torn."""
    if stored[:1] != b"\x03":
        raise msgspec.ValidationError(f"A customer row that begins with {stored[:1]!r}: this program reads {VERSION}")
    if len(stored) < TEXTS:
        raise msgspec.DecodeError("A customer row is torn")
    orders = TEXTS + stored[2]
    moves = orders + read_i32_le(stored, 3)
    end = moves + read_i32_le(stored, 7)
    if end + stored[1] > len(stored):
        raise msgspec.DecodeError("A customer row is torn")
    row = CustomerRow()
    row.met = True
    _read_numbers(row, stored)
    row.segment = stored[TEXTS:orders].decode() if orders > TEXTS else None
    row.newest = stored[orders:moves]
    row.moves = stored[moves:end]
    if stored[1]:
        _read_tail(row, _decode.decode(stored[end:]))
    return row


def has_no_tail(stored: bytes) -> bool:
    """Tell whether a row says all at its fixed places: nothing waits, she is in no freeze. Others are to be decoded."""
    return len(stored) >= TEXTS and stored[0] == VERSION and not stored[1]


def read_wake(stored: bytes) -> int:
    """Read the next instant at which she must be looked at though nothing happens: all that restoring asks."""
    return read_i64_le(stored, NUMBERS + 32) if has_no_tail(stored) else decode_customer(stored).wake


def read_holdings(stored: bytes) -> tuple[int, int, int]:
    """Read newest counted order, frequency and monetary of a row without a tail: all that a freeze asks of it."""
    return (
        read_i64_le(stored, NUMBERS + 24),
        read_i32_le(stored, NUMBERS + 52),
        read_i64_le(stored, NUMBERS + 40),
    )


def _write_numbers(stored: BytesWriter, row: CustomerRow) -> None:
    write_i64_le(stored, row.at)
    write_i64_le(stored, row.moved_at)
    write_i64_le(stored, row.first)
    write_i64_le(stored, row.last)
    write_i64_le(stored, row.due)
    write_i64_le(stored, row.monetary)
    write_i32_le(stored, row.sequence)
    write_i32_le(stored, row.frequency)
    write_i32_le(stored, row.known)
    write_i32_le(stored, row.counted)


def _read_numbers(row: CustomerRow, stored: bytes) -> None:
    row.at = read_i64_le(stored, NUMBERS)
    row.moved_at = read_i64_le(stored, NUMBERS + 8)
    row.first = read_i64_le(stored, NUMBERS + 16)
    row.last = read_i64_le(stored, NUMBERS + 24)
    row.due = read_i64_le(stored, NUMBERS + 32)
    row.monetary = read_i64_le(stored, NUMBERS + 40)
    row.sequence = read_i32_le(stored, NUMBERS + 48)
    row.frequency = read_i32_le(stored, NUMBERS + 52)
    row.known = read_i32_le(stored, NUMBERS + 56)
    row.counted = read_i32_le(stored, NUMBERS + 60)


def _is_usual(row: CustomerRow) -> bool:
    """Tell whether a customer has orders and moves and nothing else."""
    around = row.spilled or row.refunds or row.waiting or row.ahead or row.paid
    life = row.erased_at or row.floor or row.engaged or row.told or row.frozen or not row.met
    rewards = row.booked or row.loyalty
    return not around and not life and not rewards and row.raised is None and row.brink is None


def _tail(row: CustomerRow) -> list[Any]:
    return [
        row.met, row.spilled, row.refunds, row.waiting, row.ahead, row.erased_at, row.paid, row.engaged,
        row.raised, row.brink, row.floor, row.told, row.frozen, row.booked, row.loyalty,
    ]  # fmt: skip


def _read_tail(row: CustomerRow, values: list[Any]) -> None:
    if len(values) < FIELDS:
        values += _tail(CustomerRow())[len(values) :]
    (
        row.met, row.spilled, row.refunds, row.waiting, row.ahead, row.erased_at, row.paid, row.engaged,
        raised, brink, row.floor, row.told, row.frozen, row.booked, row.loyalty,
    ) = values  # fmt: skip
    if raised is not None:
        row.raised = msgspec.convert(raised, Cause)
    if brink is not None:
        row.brink = msgspec.convert(brink, BrinkRow)


FIELDS: Final = len(_tail(CustomerRow()))
