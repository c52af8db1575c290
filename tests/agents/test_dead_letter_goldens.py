"""Golden files of dead letters: one of every code of rejection, as consumers get them."""

from pathlib import Path
from typing import Any, Final, get_args

import orjson
import pytest

from agents.dead_letters import LARGEST_COPY, dead_letter
from agents.outgoing import Outgoing
from schemas.decoding import decode
from schemas.rejections import Rejected, RejectionCode
from tests.builders import DAY, T0, TOPICS, Rec
from tests.oracle.events import cancellation, money, order, refund
from tests.schemas.envelopes import ENGAGED, ERASED, PROFILE, Event, Headers, binary, structured

GOLDEN: Final = Path(__file__).parent / "golden" / "dead_letters"


def of(event: Event, topic: str = TOPICS.orders, **fields: object) -> Rec:
    """Put a changed event on the wire; the trace in its headers is no UTF-8."""
    value = orjson.dumps({**event, **fields}, option=orjson.OPT_SORT_KEYS)
    return Rec(value, b"ann", T0, topic, 3, 42, [("trace", b"\xff\x00"), ("trace", b"2")])


def wrapped(written: tuple[bytes, Headers], topic: str = TOPICS.orders) -> Rec:
    value, headers = written
    return Rec(value, b"ann", T0, topic, 3, 42, headers)


ORDER: Final = order("1", T0, 1)
BROKEN: Final[dict[RejectionCode, Rec]] = {
    "undecodable": Rec(b"\xff\xfe no JSON", None, T0, offset=42),
    "bad_envelope": wrapped(structured(ORDER, specversion="0.3")),
    "unknown_type": of(ORDER, TOPICS.engagement),
    "missing_field": wrapped(binary({"type": "order_placed", "event_id": "o-1", "occurred_at": T0})),
    "wrong_type": of(ORDER, total=None),
    "invalid_value": of(PROFILE, TOPICS.customers, timezone="Europe/Atlantis"),
    "invalid_time": of(ENGAGED, TOPICS.engagement, occurred_at="2010-02-30T08:26:00Z"),
    "naive_time": wrapped(binary(ENGAGED | {"occurred_at": "2010-12-01T08:26:00"}), TOPICS.engagement),
    "too_far_ahead": of(ERASED, TOPICS.customers, occurred_at=T0 + DAY),
    "before_1990": wrapped(structured({**ORDER, "occurred_at": "1989-12-31T23:59:59Z"})),
    "amount_out_of_range": wrapped(structured({**ORDER, "total": money(2**53)})),
    "negative_amount": of(refund("r", "1", T0, -1)),
    "unknown_currency": wrapped(binary({**ORDER, "total": money(1, "XQQ")})),
    "invalid_id": of(cancellation("", T0)),
    "key_mismatch": of(ERASED, TOPICS.customers, customer_id="bob"),
    "too_large": Rec(b" " * (LARGEST_COPY + 1), b"ann", T0, partition=3, offset=42, headers=[("trace", b"1")]),
}
"""For every code that a record can provoke one that does; what is too large goes by reference."""


def golden_letters() -> dict[RejectionCode, Outgoing]:
    """Write the dead letter of every code; two are told by others than the decoder."""
    letters = {}
    for code, rec in BROKEN.items():
        rejected = decode(rec, TOPICS.feeds[rec.topic])
        assert isinstance(rejected, Rejected)
        assert rejected.code == code
        letters[code] = dead_letter(rec, rejected, TOPICS.dead_letters)
    strange = Rejected("wrong_partition", "$.customer_id", "By murmur2 the key belongs to partition 7")
    failed = Rejected("internal_error", "$", "KeyError")
    replayed = Rec(of(ORDER).value, b"ann", T0, headers=[("segue.dlq.attempt", b"1"), ("trace", b"1")])
    return letters | {
        "wrong_partition": dead_letter(of(ORDER), strange, TOPICS.dead_letters),
        "internal_error": dead_letter(replayed, failed, TOPICS.dead_letters, "process"),
    }


def spelled(letter: Outgoing) -> dict[str, Any]:
    """Write a dead letter as its golden file does: every byte is the letter of its number."""
    return {
        "topic": letter.topic,
        "key": None if letter.key is None else letter.key.decode("latin-1"),
        "value": None if letter.value is None else letter.value.decode("latin-1"),
        "timestamp": letter.timestamp,
        "headers": [[name, value.decode("latin-1")] for name, value in letter.headers],
    }


@pytest.mark.parametrize("code", get_args(RejectionCode))
def test_the_dead_letter_of_every_code_is_that_of_its_golden_file(code: RejectionCode) -> None:
    expected = orjson.loads((GOLDEN / f"{code}.json").read_bytes())
    assert spelled(golden_letters()[code]) == expected
    assert dict(expected["headers"])["segue.dlq.code"] == code


def test_every_golden_file_is_of_a_code() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(get_args(RejectionCode))
