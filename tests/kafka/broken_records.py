"""A seed in, records that are no facts out: every kind, in every topic and encoding, with its code and field path."""

import random
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson

from schemas.topics import Feed
from tests.kafka.broken_kinds import AHEAD, KINDS, Kind
from tests.kafka.feeding import Header, Sent
from tests.kafka.shop import Shop
from tests.schemas.envelopes import ATTRIBUTES, binary, structured

AHEAD_MS: Final = 10 * 60_000 + 1
LARGE: Final = 600 * 1024
OURS: Final = ("__streams.errors.", "segue.dlq.")
REPLAYED: Final = 4


@dataclass(frozen=True, slots=True)
class Broken:
    """One record, and why it must come back."""

    record: Sent
    code: str
    path: str
    by_reference: bool = False

    @property
    def returned(self) -> Sent:
        """The record as it must come back: what a former dead letter has added to its headers is gone."""
        kept = tuple(header for header in self.record.headers if not header[0].startswith(OURS))
        return replace(self.record, headers=kept)

    @property
    def attempt(self) -> int:
        """The attempt that its dead letter must tell."""
        return REPLAYED + 1 if ("segue.dlq.attempt", str(REPLAYED).encode()) in self.record.headers else 1


@dataclass(slots=True)
class BrokenRecords:
    """Breaks events in all ways by turns; customers are not those of the good load."""

    shop: Shop
    seed: int
    _random: random.Random = field(init=False)
    _count: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def tell(self, at: int) -> Broken:
        """Tell a broken record of this instant; all kinds take turns."""
        return self._broken(KINDS[self._count % len(KINDS)], at)

    def large(self, at: int) -> Broken:
        """Tell one that is too large to copy."""
        kind = Kind("orders", "bare", "too_large", "$", instead={"value": b" " * LARGE})
        return replace(self._broken(kind, at), by_reference=True)

    def _broken(self, kind: Kind, at: int) -> Broken:
        self._count += 1
        customer = f"stranger-{self._count}"
        value, headers = self._write(kind, at, customer)
        record = Sent(
            kind.instead.get("key", customer.encode()),
            kind.instead.get("value", value),
            at,
            (self.shop.partition_of(customer) + kind.astray) % self.shop.partitions,
            (*self._more(kind), *headers),
            kind.feed,
        )
        return Broken(record, kind.code, self._place(kind))

    def _write(self, kind: Kind, at: int, customer: str) -> tuple[bytes, list[Header]]:
        told = {**_good(kind.feed, at, customer, f"broken-{self._count}"), **kind.fields}
        event = {name: value for name, value in told.items() if value is not None}
        if event.get("occurred_at") == AHEAD:
            event["occurred_at"] = at + AHEAD_MS
        if kind.encoding == "bare":
            return orjson.dumps(event), []
        value, headers = binary(event) if kind.encoding == "binary" else structured(event, **kind.members)
        return value, [*kind.headers, *(header for header in headers if header[0] not in kind.unsaid)]

    def _place(self, kind: Kind) -> str:
        """Say where a field stands in this encoding."""
        first, dot, rest = kind.path.removeprefix("$.").partition(".")
        if kind.encoding == "bare" or kind.placed or kind.path == "$":
            return kind.path
        if first in ATTRIBUTES:
            return ("ce_" if kind.encoding == "binary" else "$.") + ATTRIBUTES[first]
        return kind.path if kind.encoding == "binary" else f"$.data.{first}{dot}{rest}"

    def _more(self, kind: Kind) -> tuple[Header, ...]:
        """Give what the original may carry besides: nothing, raw bytes, a name twice, no value, names as ours."""
        choices: list[tuple[Header, ...]] = [
            (),
            (("trace", bytes(range(256))),),
            (("a", b"1"), ("a", b"2"), ("empty", b""), ("nothing", None)),
            (("segue.dlq.attempt", str(REPLAYED).encode()), ("trace", b"replayed")),
            (("segue.dlq.code", b"of another"), ("__streams.errors.offset", b"0")),
        ]
        if kind.encoding == "bare":
            choices.append((("content-type", b"application/json"), ("ce_id", b"of no event")))
        return self._random.choice(choices)


def _good(feed: Feed, at: int, customer: str, event_id: str) -> dict[str, Any]:
    common = {"event_id": event_id, "customer_id": customer, "occurred_at": at}
    match feed:
        case "orders":
            total = {"amount_minor": 1_000, "currency": "GBP"}
            return {"type": "order_placed", **common, "order_id": event_id, "total": total}
        case "engagement":
            return {"type": "engaged", **common, "kind": "review_posted", "rating": 5}
        case "customers":
            return {"type": "profile_changed", **common, "birthday": "1980-02-29", "country": "GB", "lists": ["vip"]}
        case "receipts":
            return {"type": "message.delivered", **common, "message_id": event_id}
