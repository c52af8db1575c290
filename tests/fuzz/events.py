"""Good events of every topic in, their JSON with members doubled, gone, strange or too deep out."""

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final, get_args

import orjson

from schemas.topics import Feed
from tests.builders import T0
from tests.fuzz.spoiling import spoil
from tests.oracle.events import cancellation, delivered, engaged, failed, money, order, refund
from tests.schemas.envelopes import ENGAGED, ERASED, PROFILE

Event = Mapping[str, Any]

FEEDS: Final[tuple[Feed, ...]] = get_args(Feed)
EVENTS: Final[dict[Feed, tuple[Event, ...]]] = {
    "orders": (
        order("536365", T0, 13_912, base_total=money(12_000)),
        order("536366", "2010-12-01T08:26:00.5+01:00", 0, "EUR", lines=[{"sku": "85123A", "quantity": 6}]),
        refund("r-1", "536365", T0, 1_530),
        refund("r-2", None, T0, 5, base_amount=money(4)),
        cancellation("536365", T0),
    ),
    "engagement": (ENGAGED, engaged("e-1", T0, "survey_answered", answer="gerne, ja", referred_id="bob")),
    "customers": (PROFILE, ERASED),
    "receipts": (delivered("d-1", T0, "5f0c7d1a"), failed("f-1", T0, "5f0c7d1a", permanent=True)),
}
ALL: Final = tuple(event for events in EVENTS.values() for event in events)
RAW: Final = (
    b"null", b"true", b"0", b"-1", b"-0.0", b"1.5", b"1e3", b"1e999", b"1e-999", b"9007199254740992", b"-" + b"9" * 40,
    b"9" * 4_400, b'""', b'"\\ud800"', b'"\\udfff\\ud800"', b'"a\\u0000b"', b'"\\u007f"', b'"\xc2\x85"', b'"\x7f"',
    b'"\xff"', b'"\n"', b'"' + b"x" * 128 + b'"', b'"' + b"x" * 129 + b'"', b'"' + "é".encode() * 65 + b'"', b"[]",
    b"{}", b"[" * 1_500 + b"]" * 1_500, b"[" * 30_000, b'{"a":' * 900 + b"1" + b"}" * 900, b'["a","a"]',
    b"[" + b"0," * 20_000 + b"0]", b'{"a":true}', b'{"amount_minor":1,"amount_minor":-1,"currency":"GBP"}',
    b'{"amount_minor":1e2,"currency":"GBP"}', b'{"amount_minor":9007199254740992,"currency":"GBP"}',
    b'{"amount_minor":1,"currency":"\\u0047BP"}', b'"2010-12-01"', b'"2010-12-01T08:26:00"',
    b'"2010-12-01t08:26:00.123456789123z"', b'"2016-12-31T23:59:60Z"', b'"0001-01-01T00:00:00+23:59"',
    b'"9999-12-31T23:59:59-23:59"', b'"2010-12-01T08:26:00\\u005a"', b'"1291191960000"', b"631152000000",
    b"631151999999", b"253402300799999", b"253402300800000", b'"GBP"', b'"order_placed"', b'"Europe/London"',
    b'"localtime"', b'"../../etc/passwd"', b'"1980-02-30"', b'"1899-12-31"',
)  # fmt: skip
"""What stands in place of a value."""


def spoilt_event(random: Random, event: Event) -> bytes:
    """Write an event with some of its members, or of its bytes, spoilt; now and then it stays good."""
    members = [(dumped(name), dumped(value)) for name, value in event.items()]
    for _ in range(random.choice((0, 1, 1, 1, 2, 5))):
        members = _spoil_members(random, members)
    text = b"{" + b",".join(name + random.choice((b":", b": ", b" :\t")) + value for name, value in members) + b"}"
    return text if random.random() < 0.6 else spoil(random, text, [orjson.dumps(other) for other in ALL])


def dumped(value: object) -> bytes:
    """Write JSON with escapes and spaces, as the libraries of others do."""
    return json.dumps(value).encode()


def _spoil_members(random: Random, members: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    spoilt = list(members)
    place = random.randrange(len(spoilt) + 1)
    name, value = spoilt.pop(place) if place < len(spoilt) else (random.choice(RAW[12:20]), b"1")
    match random.randrange(8):
        case 0:
            pass  # it is gone
        case 1:
            spoilt += [(name, value), (name, random.choice(RAW))]
        case 2:
            spoilt += [(name, random.choice(RAW)), (name, value)]
        case 3:
            spoilt.insert(0, (name.upper(), value))
        case 4:
            spoilt += [(name, value), (b'"recorded_at"', random.choice((*RAW, str(T0).encode())))]
        case _:
            spoilt.insert(place, (name, random.choice(RAW)))
    return spoilt or [(b'"type"', b"null")]
