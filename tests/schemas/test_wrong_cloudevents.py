"""CloudEvents that are no facts in, their rejections out: what is wrong is named where it stands."""

from typing import Any

import orjson
import pytest

from schemas.decoding import LARGEST_RECORD
from tests.builders import T0, Rec
from tests.oracle.events import cancellation, money
from tests.schemas.envelopes import ENGAGED, Headers, binary, data, rec, structured
from tests.schemas.test_cloudevents import ORDER, in_binary, reject, without


def with_data(**fields: object) -> Rec:
    """Write a binary event whose data says more."""
    _, headers = binary(ORDER)
    return Rec(orjson.dumps(data(ORDER) | fields), headers=headers)


BINARY: dict[str, tuple[Rec, str, str]] = {
    "no id": (without("ce_id"), "missing_field", "ce_id"),
    "no source": (without("ce_source"), "missing_field", "ce_source"),
    "no type": (without("ce_type"), "missing_field", "ce_type"),
    "no time": (without("ce_time"), "missing_field", "ce_time"),
    "no subject": (without("ce_subject"), "missing_field", "ce_subject"),
    "version 0.3": (in_binary(ce_specversion=b"0.3"), "bad_envelope", "ce_specversion"),
    "version without value": (in_binary(ce_specversion=None), "bad_envelope", "ce_specversion"),
    "id without value": (in_binary(ce_id=None), "bad_envelope", "ce_id"),
    "empty source": (in_binary(ce_source=b""), "bad_envelope", "ce_source"),
    "type of bytes": (in_binary(ce_type=b"\xff"), "bad_envelope", "ce_type"),
    "time of bytes": (in_binary(ce_time=b"\xc3\x28"), "bad_envelope", "ce_time"),
    "avro": (in_binary(content_type=b"application/avro"), "bad_envelope", "content-type"),
    "words": (in_binary(content_type=b"text/plain"), "bad_envelope", "content-type"),
    "json of words": (in_binary(content_type=b"application/jsonl"), "bad_envelope", "content-type"),
    "content type without value": (in_binary(content_type=None), "bad_envelope", "content-type"),
    "content type of bytes": (in_binary(content_type=b"\xff\xfe"), "bad_envelope", "content-type"),
    "naive": (in_binary(ce_time=b"2010-12-01T08:26:00"), "naive_time", "ce_time"),
    "time in digits": (in_binary(ce_time=b"1291191960000"), "invalid_time", "ce_time"),
    "ahead": (in_binary(ce_time=b"2010-12-01T08:36:00.001Z"), "too_far_ahead", "ce_time"),
    "before 1990": (in_binary(ce_time=b"1989-12-31T23:59:59.999Z"), "before_1990", "ce_time"),
    "unknown type": (in_binary(ce_type=b"order_dreamt"), "unknown_type", "ce_type"),
    "type of another topic": (rec(binary(ENGAGED)), "unknown_type", "ce_type"),
    "long id": (in_binary(ce_id=b"i" * 129), "invalid_id", "ce_id"),
    "control in subject": (in_binary(ce_subject=b"ann\0"), "invalid_id", "ce_subject"),
    "another customer": (in_binary(ce_subject=b"bob"), "key_mismatch", "ce_subject"),
    "other event id": (with_data(event_id="o-2"), "bad_envelope", "$.event_id"),
    "other customer in data": (with_data(customer_id="bob"), "bad_envelope", "$.customer_id"),
    "other time": (with_data(occurred_at=T0 + 1), "bad_envelope", "$.occurred_at"),
    "other type": (with_data(type="order_refunded"), "bad_envelope", "$.type"),
    "event id of number": (with_data(event_id=1), "bad_envelope", "$.event_id"),
    "unknown currency": (with_data(total=money(1, "XQQ")), "unknown_currency", "$.total.currency"),
    "no total": (rec(binary(cancellation("1", T0, type="order_placed"))), "missing_field", "$.total"),
    "no object": (Rec(b"[]", headers=binary(ORDER)[1]), "wrong_type", "$"),
    "no json": (Rec(b"{", headers=binary(ORDER)[1]), "undecodable", "$"),
    "no value": (Rec(None, headers=binary(ORDER)[1]), "undecodable", "$"),
    "large": (Rec(b" " * (LARGEST_RECORD + 1), headers=binary(ORDER)[1]), "too_large", "$"),
}  # fmt: skip


@pytest.mark.parametrize(("record", "code", "path"), BINARY.values(), ids=BINARY)
def test_a_wrong_binary_event_is_rejected_where_it_is_wrong(record: Rec, code: str, path: str) -> None:
    assert reject(record) == (code, path)


MEMBERS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no version": ({"specversion": ...}, "missing_field", "$.specversion"),
    "no id": ({"id": ...}, "missing_field", "$.id"),
    "id null": ({"id": None}, "missing_field", "$.id"),
    "no source": ({"source": ...}, "missing_field", "$.source"),
    "no type": ({"type": ...}, "missing_field", "$.type"),
    "no time": ({"time": ...}, "missing_field", "$.time"),
    "no subject": ({"subject": None}, "missing_field", "$.subject"),
    "no data": ({"data": ...}, "missing_field", "$.data"),
    "version 2.0": ({"specversion": "2.0"}, "bad_envelope", "$.specversion"),
    "version of number": ({"specversion": 1.0}, "wrong_type", "$.specversion"),
    "id of number": ({"id": 5}, "wrong_type", "$.id"),
    "time of number": ({"time": T0}, "wrong_type", "$.time"),
    "empty subject": ({"subject": ""}, "bad_envelope", "$.subject"),
    "data in base64": ({"data": ..., "data_base64": "e30="}, "bad_envelope", "$.data_base64"),
    "both data": ({"data_base64": "e30="}, "bad_envelope", "$.data_base64"),
    "data of xml": ({"datacontenttype": "text/xml"}, "bad_envelope", "$.datacontenttype"),
    "data of text": ({"data": "{}"}, "wrong_type", "$.data"),
    "naive": ({"time": "2010-12-01T08:26:00"}, "naive_time", "$.time"),
    "unknown type": ({"type": "order_dreamt"}, "unknown_type", "$.type"),
    "long id": ({"id": "i" * 129}, "invalid_id", "$.id"),
    "another customer": ({"subject": "bob"}, "key_mismatch", "$.subject"),
    "other event id": ({"data": data(ORDER) | {"event_id": "o-2"}}, "bad_envelope", "$.data.event_id"),
    "other time": ({"data": data(ORDER) | {"occurred_at": T0 + 1}}, "bad_envelope", "$.data.occurred_at"),
    "no order id": ({"data": {"total": money(1)}}, "missing_field", "$.data.order_id"),
    "unknown currency": ({"data": data(ORDER) | {"total": money(1, "XQQ")}},
                         "unknown_currency", "$.data.total.currency"),
}  # fmt: skip


@pytest.mark.parametrize(("members", "code", "path"), MEMBERS.values(), ids=MEMBERS)
def test_a_wrong_structured_event_is_rejected_where_it_is_wrong(members: dict[str, Any], code: str, path: str) -> None:
    assert reject(rec(structured(ORDER, **members))) == (code, path)


@pytest.mark.parametrize("value", [b"", b"{", b"\xff", b'{"data":' + b"[" * 20_000])
def test_a_structured_event_that_is_no_json_is_undecodable(value: bytes) -> None:
    assert reject(Rec(value, headers=structured(ORDER)[1])) == ("undecodable", "$")


@pytest.mark.parametrize("value", [b"[]", b"null", b'"event"'])
def test_a_structured_event_is_an_object(value: bytes) -> None:
    assert reject(Rec(value, headers=structured(ORDER)[1])) == ("wrong_type", "$")


@pytest.mark.parametrize("end", ["", "+avro", "+xml", "-batch+json", "+jsonx", "+json, more", ";charset=utf-8"])
def test_no_other_format_of_cloudevents_is_read(end: str) -> None:
    value, _ = structured(ORDER)
    media = f"application/cloudevents{end}".encode()
    assert reject(Rec(value, headers=[("content-type", media)])) == ("bad_envelope", "content-type")
    assert reject(in_binary(content_type=media)) == ("bad_envelope", "content-type")


@pytest.mark.parametrize(("field", "value"), [("occurred_at", "yesterday"), ("customer_id", "bob")])
def test_what_stands_in_the_data_instead_is_rejected_there(field: str, value: str) -> None:
    code = "invalid_time" if field == "occurred_at" else "key_mismatch"
    attribute = "time" if field == "occurred_at" else "subject"
    moved = data(ORDER) | {field: value}
    assert reject(rec(structured(ORDER, data=moved, **{attribute: ...}))) == (code, f"$.data.{field}")
    _, headers = binary(ORDER)
    kept: Headers = [header for header in headers if header[0] != f"ce_{attribute}"]
    assert reject(Rec(orjson.dumps(moved), headers=kept)) == (code, f"$.{field}")


def test_a_time_that_is_none_is_rejected_as_attribute_even_where_the_data_knows_better() -> None:
    again = data(ORDER) | {"occurred_at": T0}
    assert reject(rec(structured(ORDER, time="yesterday", data=again))) == ("invalid_time", "$.time")
