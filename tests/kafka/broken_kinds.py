"""Every way in which a record of one of the three topics, in one of the three encodings, is no fact."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from schemas.topics import Feed

Encoding = Literal["bare", "binary", "structured"]
AHEAD: Final = "ahead"
"""Stands for an instant too far ahead of the record's."""

OVERSIZE: Final = 70 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """What is broken, and what it must be called; a field of None is left out."""

    feed: Feed
    encoding: Encoding
    code: str
    path: str
    """In the bare form, unless `placed`."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    instead: Mapping[str, bytes | None] = field(default_factory=dict)
    """Key or value in the place of the good one."""
    astray: int = 0
    """How many partitions away from its own."""
    placed: bool = False
    members: Mapping[str, Any] = field(default_factory=dict)
    """Of a structured event; `...` leaves one out."""
    headers: tuple[tuple[str, bytes | None], ...] = ()
    """Before the good ones."""
    unsaid: tuple[str, ...] = ()
    """Headers left out."""


Fault = tuple[str, str, dict[str, Any]]
AMOUNT: Final = "$.total.amount_minor"
EVERYWHERE: Final[list[Fault]] = [
    ("missing_field", "$.type", {"type": None}),
    ("missing_field", "$.event_id", {"event_id": None}),
    ("missing_field", "$.customer_id", {"customer_id": None}),
    ("missing_field", "$.occurred_at", {"occurred_at": None}),
    ("unknown_type", "$.type", {"type": "order_dreamt"}),
    ("naive_time", "$.occurred_at", {"occurred_at": "2010-12-01T08:26:00"}),
    ("invalid_time", "$.occurred_at", {"occurred_at": "2010-02-30T08:26:00Z"}),
    ("too_far_ahead", "$.occurred_at", {"occurred_at": AHEAD}),
    ("before_1990", "$.occurred_at", {"occurred_at": 631_151_999_999}),
    ("invalid_id", "$.event_id", {"event_id": "a\x00b"}),
    ("invalid_id", "$.event_id", {"event_id": "e" * 129}),
]
OF_TOPICS: Final[dict[Feed, list[Fault]]] = {
    "orders": [
        ("unknown_type", "$.type", {"type": "engaged"}),
        ("missing_field", "$.order_id", {"order_id": None}),
        ("missing_field", "$.total.currency", {"total": {"amount_minor": 5}}),
        ("negative_amount", AMOUNT, {"total": {"amount_minor": -1, "currency": "GBP"}}),
        ("amount_out_of_range", AMOUNT, {"total": {"amount_minor": 2**53, "currency": "GBP"}}),
        ("wrong_type", AMOUNT, {"total": {"amount_minor": "5", "currency": "GBP"}}),
        ("unknown_currency", "$.total.currency", {"total": {"amount_minor": 5, "currency": "XQQ"}}),
        ("invalid_id", "$.order_id", {"order_id": "o" * 129}),
    ],
    "engagement": [
        ("unknown_type", "$.type", {"type": "customer_erased"}),
        ("missing_field", "$.kind", {"kind": None}),
        ("invalid_value", "$.kind", {"kind": "Review Posted"}),
        ("invalid_value", "$.rating", {"rating": 101}),
        ("wrong_type", "$.rating", {"rating": "5"}),
        ("invalid_id", "$.referred_id", {"referred_id": ""}),
    ],
    "customers": [
        ("unknown_type", "$.type", {"type": "order_placed"}),
        ("invalid_value", "$.birthday", {"birthday": "1981-02-29"}),
        ("invalid_value", "$.country", {"country": "Britain"}),
        ("invalid_value", "$.timezone", {"timezone": "Europe/Atlantis"}),
        ("invalid_value", "$.lists", {"lists": [f"list-{n}" for n in range(101)]}),
        ("wrong_type", "$.consents[...]", {"consents": {"email": "yes"}}),
        ("invalid_id", "$.interests[1]", {"interests": ["tea", ""]}),
    ],
    "receipts": [
        ("unknown_type", "$.type", {"type": "order_placed"}),
        ("missing_field", "$.message_id", {"message_id": None}),
        ("invalid_id", "$.message_id", {"message_id": ""}),
    ],
}
WHOLE: Final[list[tuple[str, str, dict[str, bytes | None]]]] = [
    ("undecodable", "$", {"value": b"\xff\xfe not JSON"}),
    ("undecodable", "$", {"value": b'{"event_id":"broken"'}),
    ("undecodable", "$", {"value": b""}),
    ("undecodable", "$", {"value": None}),
    ("wrong_type", "$", {"value": b"[]"}),
    ("too_large", "$", {"value": b" " * OVERSIZE}),
    ("key_mismatch", "$.customer_id", {"key": b"somebody-else"}),
    ("key_mismatch", "$.customer_id", {"key": None}),
]
BAD: Final = "bad_envelope"


def _of_bare(feed: Feed) -> list[Kind]:
    return [
        Kind(feed, "bare", "wrong_type", "$.occurred_at", {"occurred_at": 1.5}),
        Kind(feed, "bare", "wrong_type", "$.customer_id", {"customer_id": 5}),
        Kind(feed, "bare", "wrong_partition", "$.customer_id", astray=1),
    ]


def _of_binary(feed: Feed) -> list[Kind]:
    headers: list[tuple[str, bytes | None]] = [
        ("ce_specversion", b"0.3"),
        ("ce_specversion", None),
        ("ce_type", b"\xff"),
        ("ce_id", None),
        ("ce_time", b""),
        ("content-type", b"application/avro"),
        ("content-type", b"application/cloudevents+avro"),
        ("content-type", b"application/cloudevents-batch+json"),
    ]
    return [
        Kind(feed, "binary", "missing_field", "ce_source", placed=True, unsaid=("ce_source",)),
        *(Kind(feed, "binary", BAD, header[0], placed=True, headers=(header,)) for header in headers),
    ]


def _of_structured(feed: Feed) -> list[Kind]:
    members: list[tuple[str, str, dict[str, Any]]] = [
        (BAD, "$.specversion", {"specversion": "0.3"}),
        (BAD, "$.subject", {"subject": ""}),
        (BAD, "$.data_base64", {"data": ..., "data_base64": "e30="}),
        (BAD, "$.datacontenttype", {"datacontenttype": "text/xml"}),
        (BAD, "$.data.event_id", {"data": {"event_id": "another"}}),
        ("missing_field", "$.source", {"source": None}),
        ("missing_field", "$.data", {"data": ...}),
        ("wrong_type", "$.time", {"time": 1_291_191_960_000}),
        ("wrong_type", "$.data", {"data": "{}"}),
    ]
    return [Kind(feed, "structured", code, path, placed=True, members=changed) for code, path, changed in members]


KINDS: Final[list[Kind]] = [
    kind
    for feed in get_args(Feed)
    for kind in (
        *(
            Kind(feed, encoding, code, path, fields)
            for encoding in get_args(Encoding)
            for code, path, fields in EVERYWHERE + OF_TOPICS[feed]
        ),
        *(
            Kind(feed, encoding, code, path, instead=instead)
            for encoding in get_args(Encoding)
            for code, path, instead in WHOLE
        ),
        *_of_bare(feed),
        *_of_binary(feed),
        *_of_structured(feed),
    )
]
