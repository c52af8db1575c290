"""A rejected record in, its dead letter out: the original as it was, and where it stood."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.dead_letters import LARGEST_COPY, attempt_of, dead_letter, original_headers
from agents.outgoing import Outgoing
from schemas.rejections import Rejected
from tests.agents.stage import Stage
from tests.builders import T0, TOPICS, Rec, record
from tests.oracle.events import order

REJECTED = Rejected("wrong_type", "$.total", "Expected `object`, got `null`")
ORIGIN = {
    "__streams.errors.exception": b"Rejected",
    "__streams.errors.message": b"$.total: Expected `object`, got `null`",
    "__streams.errors.stacktrace": b"",
    "__streams.errors.topic": b"commerce.orders.v1",
    "__streams.errors.partition": b"0",
    "__streams.errors.offset": b"42",
    "segue.dlq.stage": b"decode",
    "segue.dlq.code": b"wrong_type",
    "segue.dlq.attempt": b"1",
}


def letter_of(rec: Rec) -> Outgoing:
    return dead_letter(rec, REJECTED, TOPICS.dead_letters)


headers_of_others = st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=5)), max_size=4)
headers_of_ours = st.lists(
    st.tuples(st.sampled_from([*ORIGIN, "segue.dlq.by_reference"]), st.binary(max_size=5)), max_size=4
)


@given(
    st.none() | st.binary(max_size=20),
    st.none() | st.binary(max_size=50),
    headers_of_others,
    st.integers(0, 2**53),
)
def test_the_original_is_untouched(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]], timestamp: int
) -> None:
    letter = letter_of(Rec(value, key, timestamp, offset=42, headers=headers))
    assert (letter.topic, letter.key, letter.value, letter.timestamp) == ("segue.dlq.v1", key, value, timestamp)
    assert letter.headers[: len(headers)] == headers
    assert dict(letter.headers[len(headers) :]) == ORIGIN


def test_a_record_over_512_kib_is_named_and_not_copied() -> None:
    fits = Rec(b"v" * (LARGEST_COPY - 7), b"ann", offset=42, headers=[("h", b"1234")])
    assert LARGEST_COPY == 512 * 1024
    assert letter_of(fits).value == fits.value
    for large in (
        Rec(b"v" * (LARGEST_COPY - 6), b"ann", T0 + 5, offset=42, headers=[("h", b"1234")]),
        Rec(b"", b"ann", T0 + 5, offset=42, headers=[("h", b"h" * LARGEST_COPY)]),
    ):
        letter = letter_of(large)
        assert (letter.key, letter.value, letter.timestamp) == (b"ann", None, T0 + 5)
        assert dict(letter.headers) == ORIGIN | {"segue.dlq.by_reference": b"true"}


@given(headers_of_others, headers_of_ours, st.randoms())
def test_what_a_replayed_record_has_of_ours_does_not_stay(
    others: list[tuple[str, bytes]], ours: list[tuple[str, bytes]], shuffle: Any
) -> None:
    mixed = [*others, *ours]
    shuffle.shuffle(mixed)
    kept = [header for header in mixed if header not in ours]
    assert original_headers(mixed) == kept
    letter = letter_of(Rec(offset=42, headers=mixed))
    assert letter.headers[: len(kept)] == kept
    assert [name for name, _ in letter.headers[len(kept) :]] == list(ORIGIN)


@pytest.mark.parametrize(
    ("told", "attempt"),
    [
        ([], 0),
        ([b"1"], 1),
        ([b"41"], 41),
        ([b"007"], 7),
        ([b"2", b"9"], 2),
        ([b""], 1),
        ([b"two"], 1),
        ([b"-3"], 1),
        ([b"1.5"], 1),
        ([b" 2"], 1),
        ([b"\xff"], 1),
        (["٣".encode()], 1),
        ([b"9" * 5_000], 1),
        ([None], 1),
    ],
)
def test_a_dead_letter_counts_the_attempts(told: list[bytes], attempt: int) -> None:
    headers = [("trace", b"5"), *(("segue.dlq.attempt", value) for value in told)]
    assert attempt_of(headers) == attempt
    letter = letter_of(Rec(offset=42, headers=headers))
    assert letter.headers[0] == ("trace", b"5")
    assert dict(letter.headers[1:]) == ORIGIN | {"segue.dlq.attempt": str(attempt + 1).encode()}


def test_a_dead_letter_says_how_far_its_record_came() -> None:
    letter = dead_letter(Rec(offset=42), REJECTED, TOPICS.dead_letters, "process")
    assert dict(letter.headers) == ORIGIN | {"segue.dlq.stage": b"process"}


def letters_of(path: Path, records: list[Rec], home: int = 0) -> tuple[Stage, list[dict[str, bytes]]]:
    stage = Stage(path / "db", home=home)
    stage.absorb_records(records)
    stage.close()
    return stage, [dict(out.headers) for out in stage.outgoing if out.topic == TOPICS.dead_letters]


def test_a_customer_of_another_partition_is_told_which(tmp_path: Path) -> None:
    records = [record(order("1", T0, 1), 5), record(order("2", T0, 1), 6)]
    stage, letters = letters_of(tmp_path, records, home=7)
    assert [letter["segue.dlq.code"] for letter in letters] == [b"wrong_partition"] * 2
    assert [letter["__streams.errors.offset"] for letter in letters] == [b"5", b"6"]
    for letter in letters:
        assert letter["__streams.errors.message"] == b"$.customer_id: By murmur2 the key belongs to partition 7"
    assert [out.value for out in stage.outgoing] == [rec.value for rec in records]
    assert stage.tallies[0].rejected == {(TOPICS.orders, "wrong_partition"): 2}


def test_a_customer_of_another_partition_is_not_counted_as_read(tmp_path: Path) -> None:
    stage, _ = letters_of(tmp_path, [record(order("1", T0, 1))], home=7)
    assert stage.tallies[0].read.total() == 0


def test_a_key_that_is_not_the_customer_is_no_fact_of_either(tmp_path: Path) -> None:
    mis_keyed = Rec(orjson.dumps(order("1", T0, 1)), b"bob")
    stage, letters = letters_of(tmp_path, [mis_keyed, Rec(mis_keyed.value, None)])
    assert [letter["segue.dlq.code"] for letter in letters] == [b"key_mismatch"] * 2
    assert [out.key for out in stage.outgoing] == [b"bob", None]
    assert stage.tallies[0].read.total() == 0


def test_broken_records_between_good_ones_lose_nothing(tmp_path: Path) -> None:
    good = [record(order(str(n), T0 + n, 100)) for n in range(20)]
    mixed = [each for rec in good for each in (rec, Rec(b"broken"))]
    stage, letters = letters_of(tmp_path, mixed)
    assert len(letters) == 20
    assert stage.tallies[0].read == {(TOPICS.orders, "order_placed"): 20}
    unbroken, _ = letters_of(tmp_path / "unbroken", good)
    assert stage.published() == unbroken.published() != []
