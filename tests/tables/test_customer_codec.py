"""A customer's own row on disk: what is usual has no tail, what is torn or of another version is not read."""

import msgspec
import pytest

from schemas.customer_row import CustomerRow
from schemas.newest_orders import pack
from tables.customer_codec import TEXTS, decode_customer, encode_customer
from tests.builders import T0, customer_row, row_values

ORDER = pack(T0, 13_912, b"536365", b"o-536365")
USUAL = customer_row("loyal", T0, 2, T0, 1, 1, 13_912, 1, T0, T0, T0 + 1, newest=ORDER, moves=b"moves", met=True)


def test_a_usual_row_is_numbers_the_segment_orders_and_moves() -> None:
    stored = encode_customer(USUAL)
    assert stored[TEXTS:] == b"loyal" + ORDER + b"moves"
    assert row_values(decode_customer(stored)) == row_values(USUAL)


def test_a_row_begins_with_its_version() -> None:
    stored = encode_customer(USUAL)
    assert stored[0] == 3
    version_2 = msgspec.msgpack.encode([2, "loyal", *[0] * 24])
    for stranger in (bytes([0, *stored[1:]]), bytes([2, *stored[1:]]), bytes([4, *stored[1:]]), version_2, b""):
        with pytest.raises(msgspec.ValidationError):
            decode_customer(stranger)


@pytest.mark.parametrize("row", [USUAL, CustomerRow()])
def test_a_torn_row_raises(row: CustomerRow) -> None:
    stored = encode_customer(row)
    for length in range(1, len(stored)):
        with pytest.raises(msgspec.DecodeError):
            decode_customer(stored[:length])


def test_a_row_written_before_its_last_fields_were_there_has_their_defaults() -> None:
    usual = encode_customer(USUAL)
    stored = bytes([usual[0], 1, *usual[2:]]) + msgspec.msgpack.encode([False, 7])
    read = decode_customer(stored)
    assert (read.met, read.spilled, read.told, read.paid) == (False, 7, 0, {})
    assert read.paid is not decode_customer(stored).paid
