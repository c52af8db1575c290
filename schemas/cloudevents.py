"""CloudEvents 1.0 in (Kafka protocol binding, binary or structured in JSON), facts in their bare form out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec
from msgspec import Raw, Struct

from schemas.instants import TimeError, parse_instant
from schemas.rejections import UNREADABLE, Rejected, explain

Headers = Sequence[tuple[str, bytes | None]]

FIELDS: Final = {"type": "type", "id": "event_id", "time": "occurred_at", "subject": "customer_id"}
"""Which field of the bare form an attribute is."""
ATTRIBUTES: Final = ("specversion", "id", "source", *(name for name in FIELDS if name != "id"))
REQUIRED: Final = ("specversion", "id", "source", "type")

_STRUCTURED = b"application/cloudevents"
_STRUCTURED_JSON = re.compile(rb"application/cloudevents\+json[ \t]*(;.*)?", re.IGNORECASE | re.DOTALL)
_JSON = re.compile(rb"(application/json|[^/;\s]+/[^/;\s]+\+json)[ \t]*(;.*)?", re.IGNORECASE | re.DOTALL)
_ABSENT = Raw(b"")


class _Structured(Struct, gc=False):
    """Attributes of null are as good as absent, as the JSON format says."""

    specversion: str | None = None
    id: str | None = None
    source: str | None = None
    type: str | None = None
    time: str | None = None
    subject: str | None = None
    datacontenttype: str | None = None
    data: Raw = _ABSENT
    data_base64: Raw = _ABSENT


_read_structured = msgspec.json.Decoder(_Structured).decode
_read_data = msgspec.json.Decoder(dict[str, Raw]).decode
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """A fact out of its envelope."""

    bare: bytes
    attributes: str
    """Where attributes stand."""
    data: str
    """Where the data stands."""
    of_data: frozenset[str]
    """Fields that only the data tells, though an attribute could."""

    def place(self, wrong: Rejected) -> Rejected:
        """Name the place in the record instead of that in the bare form."""
        for attribute, field in FIELDS.items():
            if wrong.path == f"$.{field}" and field not in self.of_data:
                return replace(wrong, path=self.attributes + attribute)
        return replace(wrong, path=self.data + wrong.path[1:])


def unwrap(headers: Headers, value: bytes) -> Unwrapped | Rejected | None:
    """Take the fact out of a CloudEvent; None = the record is none, and its value is the bare form."""
    first = dict(reversed(headers))
    content_type = first.get("content-type")
    if content_type is not None and content_type[: len(_STRUCTURED)].lower() == _STRUCTURED:
        if not _STRUCTURED_JSON.fullmatch(content_type):
            return Rejected("bad_envelope", "content-type", "Of the formats of CloudEvents only JSON is read")
        return _unwrap_structured(value)
    if "ce_specversion" in first:
        return _unwrap_binary(first, value)
    return None


def _unwrap_binary(first: Mapping[str, bytes | None], value: bytes) -> Unwrapped | Rejected:
    if not _JSON.fullmatch(first.get("content-type", b"application/json") or b""):
        return Rejected("bad_envelope", "content-type", "The data of an event is JSON")
    told: dict[str, str] = {}
    for name in ATTRIBUTES:
        header = f"ce_{name}"
        if header in first:
            try:
                told[name] = (first[header] or b"").decode()
            except UnicodeDecodeError:
                return Rejected("bad_envelope", header, "An attribute is text in UTF-8")
    return _merge(told, value, "ce_", "$")


def _unwrap_structured(value: bytes) -> Unwrapped | Rejected:
    try:
        event = _read_structured(value)
    except UNREADABLE as error:
        return explain(error)
    if event.data_base64 is not _ABSENT:
        return Rejected("bad_envelope", "$.data_base64", "The data of an event is JSON")
    if event.datacontenttype is not None and not _JSON.fullmatch(event.datacontenttype.encode()):
        return Rejected("bad_envelope", "$.datacontenttype", "The data of an event is JSON")
    told = {name: text for name in ATTRIBUTES if (text := getattr(event, name)) is not None}
    if event.data is _ABSENT:
        return _check(told, "$.") or Rejected("missing_field", "$.data", "The field is required")
    return _merge(told, bytes(event.data), "$.", "$.data")


def _check(told: Mapping[str, str], attributes: str) -> Rejected | None:
    """Check what CloudEvents asks of attributes; whether they make a fact is for the decoder."""
    if told.get("specversion", "1.0") != "1.0":
        return Rejected("bad_envelope", f"{attributes}specversion", "Expected version 1.0")
    for name in REQUIRED:
        if name not in told:
            return Rejected("missing_field", attributes + name, "The attribute is required")
    for name, text in told.items():
        if not text:
            return Rejected("bad_envelope", attributes + name, "An attribute is not empty")
    return None


def _merge(told: Mapping[str, str], data: bytes, attributes: str, place: str) -> Unwrapped | Rejected:
    """Write the bare form: the data, with the attributes as its fields."""
    wrong = _check(told, attributes)
    if wrong is not None:
        return wrong
    try:
        fields = _read_data(data)
        said = {name: msgspec.json.decode(fields[name]) for name in FIELDS.values() if name in fields}
    except UNREADABLE as error:
        return replace(explain(error), path=place)
    moved = {FIELDS[attribute]: text for attribute, text in told.items() if attribute in FIELDS}
    for field, text in moved.items():
        if field in said and not _agree(field, said[field], text):
            return Rejected("bad_envelope", f"{place}.{field}", "The attribute of this meaning says something else")
    return Unwrapped(_encode({**fields, **moved}), attributes, place, frozenset(said.keys() - moved.keys()))


def _agree(field: str, said: object, told: str) -> bool:
    """Tell whether data and attribute are the same; an attribute that is no time is for the decoder to reject."""
    return said == told or (field == "occurred_at" and _instant(told) in (None, _instant(said)))


def _instant(wire: object) -> int | None:
    try:
        return parse_instant(wire)
    except TimeError:
        return None
