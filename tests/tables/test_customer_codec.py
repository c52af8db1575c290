"""A customer's own row on disk: what is usual has no tail, what is torn or of another version is not read."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.customer_row import CustomerRow
from schemas.newest_orders import pack
from tables.customer_codec import TEXTS, decode_customer, encode_customer, has_no_tail, read_holdings, read_wake
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


whole = st.integers(0, 2**40)
rows = st.builds(
    customer_row,
    segment=st.none() | st.sampled_from(["loyal", "\u00e9lite"]),
    at=whole,
    last=whole,
    frequency=st.integers(0, 2**31 - 1),
    monetary=st.integers(-(2**40), 2**40),
    newest=st.sampled_from([b"", ORDER]),
    moves=st.binary(max_size=5),
    ahead=st.sampled_from([0, 0, T0]),
    frozen=st.sampled_from([0, 0, T0]),
    refunds=st.sampled_from([0, 0, 1]),
    met=st.booleans(),
)


@given(rows)
def test_what_is_read_of_a_row_without_a_tail_is_what_the_whole_row_says(row: CustomerRow) -> None:
    stored = encode_customer(row)
    if not has_no_tail(stored):
        assert row.ahead or row.frozen or row.refunds or not row.met
        return
    whole_row = decode_customer(stored)
    assert (whole_row.ahead, whole_row.frozen, whole_row.met) == (0, 0, True)
    assert read_holdings(stored) == (row.last, row.frequency, row.monetary)


@given(rows)
def test_when_to_look_at_her_again_is_read_as_the_whole_row_says(row: CustomerRow) -> None:
    assert read_wake(encode_customer(row)) == row.wake


def test_a_row_that_is_torn_or_of_another_version_is_not_read_at_its_places() -> None:
    stored = encode_customer(USUAL)
    for stranger in (b"", stored[: TEXTS - 1], bytes([2, *stored[1:]]), bytes([4, *stored[1:]])):
        assert not has_no_tail(stranger)
