"""Chunks of a freeze and the values in them: nothing is lost on the way, and few bytes go."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.freezes import FreezeChunk, chunk_key, decode_chunk, encode_chunk
from schemas.packed_values import pack_values, unpack_values
from tests.builders import DAY, T0

GOLDEN = Path(__file__).parent / "golden" / "freeze_chunk.hex"
CHUNK = FreezeChunk(
    T0 // DAY * DAY, 3, 1, True, pack_values([DAY, 90 * DAY]), pack_values([1, 2]), pack_values([0, 70_000])
)


@given(st.lists(st.integers(0, 2**64 - 1)).map(sorted))
def test_packed_values_are_read_as_they_were(values: list[int]) -> None:
    assert unpack_values(pack_values(values)).tolist() == values


@pytest.mark.parametrize(("largest", "width"), [(65_535, 2), (65_536, 4), (2**32 - 1, 4), (2**32, 8)])
def test_numbers_take_the_width_of_the_largest(largest: int, width: int) -> None:
    assert len(pack_values([0, 1, largest])) == 1 + 3 * width


def test_no_values_take_one_byte() -> None:
    assert pack_values([]) == b"H"


@pytest.mark.parametrize("wrong", [b"", b"x12", b"d12345678", b"\xff", b"I123"])
def test_what_is_no_pack_is_refused(wrong: bytes) -> None:
    with pytest.raises(ValueError, match=r"width|multiple"):
        unpack_values(wrong)


def test_a_chunk_is_written_as_its_golden_file_says_and_read_back() -> None:
    golden = bytes.fromhex(GOLDEN.read_text().replace("\n", ""))
    assert encode_chunk(CHUNK).hex() == golden.hex()
    assert decode_chunk(golden) == CHUNK


def test_a_chunk_is_named_by_freeze_partition_and_number() -> None:
    assert chunk_key(CHUNK) == f"{CHUNK.at}/3/1".encode()


def test_a_chunk_of_a_later_version_may_have_more_fields_and_another_kind_is_refused() -> None:
    read = msgspec.msgpack.decode(encode_chunk(CHUNK))
    assert decode_chunk(msgspec.msgpack.encode([*read, "more"])) == CHUNK
    with pytest.raises(msgspec.DecodeError):
        decode_chunk(msgspec.msgpack.encode([2, *read[1:]]))
