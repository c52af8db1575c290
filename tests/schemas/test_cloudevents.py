"""CloudEvents in, the facts of the bare form out."""

from collections.abc import Callable

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.decoding import decode, place
from schemas.instants import rfc3339
from schemas.rejections import Rejected
from schemas.topics import Feed
from tests.builders import T0, Rec
from tests.oracle.events import cancellation, order, refund
from tests.schemas.envelopes import ENGAGED, ERASED, PROFILE, Event, Headers, binary, data, rec, structured

ORDER = order("1", T0, 100)
STRUCTURED = "application/cloudevents+json"
WELL_FORMED: list[tuple[Event, Feed]] = [
    (ORDER, "orders"),
    (refund("r", "1", T0, 5), "orders"),
    (cancellation("1", T0), "orders"),
    (ENGAGED, "engagement"),
    (PROFILE, "customers"),
    (ERASED, "customers"),
]
Write = Callable[[Event], tuple[bytes, Headers]]
both = pytest.mark.parametrize("write", [binary, structured])
shapes = pytest.mark.parametrize(("event", "feed"), WELL_FORMED, ids=[event["type"] for event, _ in WELL_FORMED])


def reject(record: Rec, feed: Feed = "orders") -> tuple[str, str]:
    found = decode(record, feed)
    assert isinstance(found, Rejected), found
    assert found.message
    return found.code, found.path


def in_binary(event: Event = ORDER, **headers: bytes | None) -> Rec:
    """Write a binary event with these headers instead; `content_type` is spelled as Kafka does."""
    return rec(binary(event), *((name.replace("content_", "content-"), value) for name, value in headers.items()))


def without(name: str, event: Event = ORDER) -> Rec:
    value, headers = binary(event)
    return Rec(value, headers=[header for header in headers if header[0] != name])


@both
@shapes
def test_an_event_is_the_fact_of_its_bare_form(event: Event, feed: Feed, write: Write) -> None:
    bare = decode(Rec(orjson.dumps(event)), feed)
    assert not isinstance(bare, Rejected)
    assert decode(rec(write(event)), feed) == bare


@pytest.mark.parametrize(
    "media", [STRUCTURED, f"{STRUCTURED};charset=utf-8", STRUCTURED.upper(), f"{STRUCTURED} ; a=b"]
)
def test_a_structured_event_is_known_by_its_content_type(media: str) -> None:
    value, _ = structured(ORDER)
    assert decode(Rec(value, headers=[("content-type", media.encode())])) == decode(Rec(orjson.dumps(ORDER)))


@pytest.mark.parametrize("media", ["application/json", "Application/JSON; charset=utf-8", "application/vnd.shop+json"])
def test_the_data_of_a_binary_event_may_be_any_json(media: str) -> None:
    bare = decode(Rec(orjson.dumps(ORDER)))
    assert decode(in_binary(content_type=media.encode())) == bare
    assert decode(without("content-type")) == bare


@pytest.mark.parametrize(
    "header", [("content-type", b"text/plain"), ("content-type", b"\xff"), ("content-type", None), ("trace", None)]
)
def test_a_record_that_is_no_event_is_bare_whatever_its_headers_say(header: tuple[str, bytes | None]) -> None:
    _, unsaid = binary(ORDER)
    versionless: Headers = [(name, value) for name, value in unsaid if name not in ("ce_specversion", "content-type")]
    bare = orjson.dumps(ORDER)
    assert decode(rec((bare, versionless), header)) == decode(Rec(bare))


def test_names_of_headers_are_told_apart_by_case() -> None:
    upper: Headers = [("CE_SPECVERSION", b"1.0"), ("Content-Type", STRUCTURED.encode())]
    bare = orjson.dumps(ORDER)
    assert decode(Rec(bare, headers=upper)) == decode(Rec(bare))


def test_the_first_header_of_a_name_counts() -> None:
    value, headers = binary(ORDER)
    again: Headers = [(name, b"\xff") for name, _ in headers]
    assert decode(Rec(value, headers=[*headers, *again])) == decode(Rec(orjson.dumps(ORDER)))
    assert reject(Rec(value, headers=[*again[1:], *headers])) == ("bad_envelope", "ce_specversion")


@both
def test_time_and_subject_may_stand_in_the_data_instead(write: Write) -> None:
    moved = {"time": ..., "subject": ..., "data": data(ORDER) | {"occurred_at": T0, "customer_id": "ann"}}
    there = rec(structured(ORDER, **moved))
    if write is binary:
        _, headers = binary(ORDER)
        kept: Headers = [header for header in headers if header[0] not in ("ce_time", "ce_subject")]
        there = Rec(orjson.dumps(moved["data"]), headers=kept)
    assert decode(there) == decode(Rec(orjson.dumps(ORDER)))


@pytest.mark.parametrize("told", [T0, rfc3339(T0), "2010-12-01T09:26:00+01:00", "2010-12-01T08:26:00.0009Z"])
def test_data_may_say_again_what_the_attributes_say(told: object) -> None:
    again = data(ORDER) | {field: ORDER[field] for field in ("type", "event_id", "customer_id")} | {"occurred_at": told}
    bare = decode(Rec(orjson.dumps(ORDER)))
    assert decode(rec(structured(ORDER, data=again))) == bare
    assert decode(Rec(orjson.dumps(again), headers=binary(ORDER)[1])) == bare


@both
def test_what_the_partition_finds_wrong_is_placed_in_the_record(write: Write) -> None:
    strange = Rejected("wrong_partition", "$.customer_id", "Elsewhere")
    placed = place(rec(write(ORDER)), strange).path
    assert placed == ("ce_subject" if write is binary else "$.subject")
    assert place(Rec(orjson.dumps(ORDER)), strange) is strange
    assert place(Rec(None, headers=[("trace", b"1")]), strange) is strange


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_an_event_of_any_ids_is_judged_like_its_bare_form(event_id: str, order_id: str) -> None:
    event = {**ORDER, "event_id": event_id, "order_id": order_id}
    bare = decode(Rec(orjson.dumps(event)))
    for found in (decode(rec(binary(event))), decode(rec(structured(event)))):
        if isinstance(bare, Rejected):
            assert isinstance(found, Rejected)
            assert (found.code, found.message) == (bare.code, bare.message)
        else:
            assert found == bare
