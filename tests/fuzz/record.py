"""Records of the inputs, bare and as CloudEvents: a fact in which everything is as promised, or a coded rejection."""

from random import Random
from typing import Final, get_args

import orjson

from schemas.decoding import decode, place
from schemas.facts import FACT_TYPES, Fact
from schemas.instants import EARLIEST, LATEST
from schemas.rejections import Rejected, RejectionCode
from schemas.topics import Feed
from tables.codec import decode_ahead, encode_ahead
from tests.builders import T0
from tests.fuzz.events import ALL, EVENTS, FEEDS, Event, dumped, spoilt_event
from tests.fuzz.spoiling import spoil
from tests.fuzz.target import Input, Target
from tests.schemas.envelopes import Headers, attributes, binary, data, structured

CODES: Final = frozenset(get_args(RejectionCode)) - {"wrong_partition", "internal_error"}
"""What a decoder may say."""
IDS: Final = ("customer_id", "event_id", "order_id", "refund_id", "referred_id", "reward_id", "channel")
MONEY: Final = ("total", "base_total", "amount", "base_amount")
CONTENT_TYPES: Final = (
    b"application/json", b"application/json; charset=utf-8", b"application/cloudevents+json",
    b"APPLICATION/CloudEvents+JSON ;x", b"application/cloudevents", b"application/cloudevents-batch+json",
    b"application/cloudevents+avro", b"text/plain", b"", b"\xff\xfe", b"a/b+json", b"/" * 30_000, b" \t" * 30_000,
)  # fmt: skip


class Sent(Input, frozen=True, tag="record"):
    """A record on an input topic."""

    feed: Feed
    value: bytes | None
    key: bytes | None
    timestamp: int
    headers: list[tuple[str, bytes | None]]

    @property
    def size(self) -> int:
        return len(self.value or b"") + sum(len(name) + len(value or b"") for name, value in self.headers)


def make(random: Random) -> Sent:
    """Write an event in one of the encodings and spoil it somewhere; half of the records are of its customer."""
    feed = random.choice(FEEDS)
    event = random.choice(EVENTS[feed] if random.random() < 0.9 else ALL)
    value, headers = random.choice((_bare, _binary, _structured))(random, event)
    key = random.choice((b"ann", b"ann", b"ann", None, b"", b"\xff", b"bob"))
    stamp = random.choice((T0, T0, T0, T0 + 10**9, 0, -1, 2**63 - 1))
    return Sent(feed, value if random.random() < 0.99 else None, key, stamp, _spoilt_headers(random, headers))


def judge(sent: Sent) -> None:
    """Decode it."""
    found = decode(sent, sent.feed)
    if isinstance(found, Rejected):
        assert found.code in CODES, found.code
        assert found.path, "a rejection says where"
        assert found.message, "a rejection says what"
    else:
        assert type(found) in FACT_TYPES
        assert sent.key == found.customer_id.encode()
        assert is_as_promised(found), "a fact holds what the contract lets in"
    elsewhere = place(sent, Rejected("wrong_partition", "$.customer_id", "told later"))
    assert elsewhere.path


def is_as_promised(fact: Fact) -> bool:
    """Tell whether ids, money and time of a fact are those of the contract, told in other words than the decoder's."""
    ids = [text for name in IDS if (text := getattr(fact, name, None)) is not None]
    amounts = [money.amount_minor for name in MONEY if (money := getattr(fact, name, None)) is not None]
    assert decode_ahead(encode_ahead(fact)) == fact, "it may have to wait in a row"
    return (
        all(0 < len(text.encode()) <= 128 and not set(text) & _CONTROLS for text in ids)
        and all(0 <= amount < 2**53 for amount in amounts)
        and EARLIEST <= fact.occurred_at <= LATEST
    )


_CONTROLS: Final = frozenset(map(chr, (*range(0x20), *range(0x7F, 0xA0))))


def _bare(random: Random, event: Event) -> tuple[bytes, Headers]:
    return spoilt_event(random, event), []


def _binary(random: Random, event: Event) -> tuple[bytes, Headers]:
    _, headers = binary(event)
    told = random.choice((data(event), data(event), event))
    return spoilt_event(random, told) if told else b"{}", headers


def _structured(random: Random, event: Event) -> tuple[bytes, Headers]:
    value, headers = structured(event)
    envelope = {**attributes(event), "data": data(event)}
    return random.choice((spoilt_event(random, orjson.loads(value)), spoilt_event(random, envelope))), headers


def _spoilt_headers(random: Random, headers: Headers) -> list[tuple[str, bytes | None]]:
    """Spoil headers now and then: values, order, doubled ones, without value, and names of nobody's."""
    spoilt: list[tuple[str, bytes | None]] = list(headers)
    while random.random() < 0.3:
        name, value = random.choice(spoilt or [("content-type", b"application/json")])
        others = [
            *CONTENT_TYPES,
            b"1.0",
            b"0.3",
            str(T0).encode(),
            dumped("ann"),
            b"order_placed",
            b"2010-12-01T08:26:00",
        ]
        new = random.choice((None, random.choice(others), spoil(random, value or b"", others)))
        name = random.choice((name, name, name.upper(), "content-type", "ce_specversion", "ce_", "", "\0", "ce_data"))
        spoilt.insert(random.randrange(len(spoilt) + 1), (name, new))
        if random.random() < 0.3:
            random.shuffle(spoilt)
    return spoilt


RECORD: Final = Target("record", Sent, make, judge, seconds=0.05, seconds_per_byte=2e-6)
