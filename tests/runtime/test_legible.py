"""A record whose header has a name that is no UTF-8 is read like any other, and so are its neighbours."""

import gzip
from collections.abc import Callable, Sequence

import pytest
from aiokafka import TopicPartition
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from app.runtime.fetched import FetchedRecords
from app.runtime.legible import KeptRecords

GOOD = "naïve"
BAD = b"na\xff\xfeve"
ABORTED, COMMITTED = 7, 8
HEAD = 61


def batch(base: int, names: Sequence[str], producer: int = -1) -> bytes:
    """Write a batch at an offset."""
    built = DefaultRecordBatchBuilder(2, 0, int(producer >= 0), producer, 0, 0, 100_000)
    for n, name in enumerate(names):
        built.append(n, 1_000 + n, b"ann", None if n % 2 else b"{}", [(name, b"v"), ("type", b"")])
    raw = bytearray(built.build())
    raw[0:8] = base.to_bytes(8)
    return bytes(raw)


def spoilt(raw: bytes) -> bytes:
    """Put a name into its records that is as long and no UTF-8."""
    return raw.replace(GOOD.encode(), BAD)


def zipped(raw: bytes) -> bytes:
    """Compress the records of a batch."""
    body = gzip.compress(raw[HEAD:])
    return raw[:8] + (HEAD - 12 + len(body)).to_bytes(4) + raw[12:22] + b"\1" + raw[23:HEAD] + body


def read(raw: bytes, aborted: Sequence[tuple[int, int]] = (), start: int = 0) -> FetchedRecords:
    return FetchedRecords(TopicPartition("orders", 3), KeptRecords(raw), list(aborted), start, None, None, False, 1)


@pytest.mark.parametrize("pack", [bytes, zipped], ids=["plain", "gzip"])
def test_it_is_read_with_its_neighbours_as_if_the_name_were_written_out(pack: Callable[[bytes], bytes]) -> None:
    first, last, names = pack(batch(0, ["a", "b"])), pack(batch(5, ["c"])), ["x", GOOD, "y"]
    written_out = BAD.decode("utf-8", "backslashreplace")
    plain = read(first + pack(batch(2, [written_out if name == GOOD else name for name in names])) + last)
    strange = read(first + pack(spoilt(batch(2, names))) + last)
    assert list(strange) == list(plain)
    assert strange.next_fetch_offset == plain.next_fetch_offset == 6


def test_what_was_aborted_before_and_behind_it_stays_so() -> None:
    raw = (
        batch(0, ["a"], ABORTED) + spoilt(batch(1, ["b", GOOD], COMMITTED)) + batch(3, ["c"], ABORTED) + batch(4, ["d"])
    )
    found = read(raw, [(ABORTED, 0)])
    assert [record.offset for record in found] == [1, 2, 4]


def test_a_fetch_that_begins_inside_its_batch_gives_no_record_before_that() -> None:
    assert [record.offset for record in read(spoilt(batch(0, ["a", GOOD, "b", GOOD])), start=2)] == [2, 3]
