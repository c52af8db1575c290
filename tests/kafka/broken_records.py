"""A seed in, records that are no facts out: every kind with the code and the field path it must come back with."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import orjson

from tests.kafka.feeding import Header, Sent
from tests.kafka.shop import Shop

Field = dict[str, Any]
MINUTE_MS: Final = 60_000
OVERSIZE: Final = 70 * 1024
LARGE: Final = 600 * 1024
WHOLE: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("undecodable", "$", {"value": b"\xff\xfe not JSON"}),
    ("undecodable", "$", {"value": b'{"type":"order_placed"'}),
    ("undecodable", "$", {"value": b""}),
    ("undecodable", "$", {"value": None}),
    ("too_large", "$", {"value": b" " * OVERSIZE}),
    ("key_mismatch", "$.customer_id", {"key": b"somebody-else"}),
    ("key_mismatch", "$.customer_id", {"key": None}),
    ("wrong_partition", "$.customer_id", {"astray": 1}),
)


@dataclass(frozen=True, slots=True)
class Broken:
    """One record and why it must come back."""

    record: Sent
    code: str
    path: str
    by_reference: bool = False


@dataclass(slots=True)
class BrokenRecords:
    """Breaks an order in one of many ways; customers are not those of the good load."""

    shop: Shop
    seed: int
    _random: random.Random = field(init=False)
    _count: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def tell(self, at: int) -> Broken:
        """Tell a broken record of this instant; all kinds take turns."""
        kinds = self._kinds(at)
        return kinds[self._count % len(kinds)]()

    def large(self, at: int) -> Broken:
        """Tell one that is too large to copy."""
        return self._broken("too_large", "$", at, value=b" " * LARGE, by_reference=True)

    def _kinds(self, at: int) -> list[Callable[[], Broken]]:
        missing, amount = "missing_field", "$.total.amount_minor"
        changed: list[tuple[str, str, Field]] = [
            (missing, "$.event_id", {"event_id": None}),
            (missing, "$.customer_id", {"customer_id": None}),
            (missing, "$.order_id", {"order_id": None}),
            (missing, "$.total.currency", {"total": {"amount_minor": 5}}),
            ("naive_time", "$.occurred_at", {"occurred_at": "2010-12-01T08:26:00"}),
            ("invalid_time", "$.occurred_at", {"occurred_at": "2010-02-30T08:26:00Z"}),
            ("wrong_type", "$.occurred_at", {"occurred_at": 1.5}),
            ("too_far_ahead", "$.occurred_at", {"occurred_at": at + 10 * MINUTE_MS + 1}),
            ("before_1990", "$.occurred_at", {"occurred_at": 631_151_999_999}),
            ("negative_amount", amount, {"total": {"amount_minor": -1, "currency": "GBP"}}),
            ("amount_out_of_range", amount, {"total": {"amount_minor": 2**53, "currency": "GBP"}}),
            ("wrong_type", amount, {"total": {"amount_minor": "5", "currency": "GBP"}}),
            ("unknown_currency", "$.total.currency", {"total": {"amount_minor": 5, "currency": "XQQ"}}),
            ("unknown_type", "$.type", {"type": "order_dreamt"}),
            ("invalid_id", "$.order_id", {"order_id": "o" * 129}),
            ("invalid_id", "$.event_id", {"event_id": "a\x00b"}),
        ]
        return [
            *(partial(self._broken, code, path, at, fields=fields) for code, path, fields in changed),
            *(partial(self._broken, code, path, at, **how) for code, path, how in WHOLE),
        ]

    def _broken(
        self, code: str, path: str, at: int, *, fields: Field | None = None, astray: int = 0,
        by_reference: bool = False, **instead: bytes | None,
    ) -> Broken:  # fmt: skip
        self._count += 1
        event = self._order(at) | (fields or {})
        customer = f"stranger-{self._count}"
        value = orjson.dumps({name: value for name, value in event.items() if value is not None})
        record = Sent(
            instead.get("key", customer.encode()),
            instead.get("value", value),
            at,
            (self.shop.partition_of(customer) + astray) % self.shop.partitions,
            self._headers(),
        )
        return Broken(record, code, path, by_reference)

    def _order(self, at: int) -> Field:
        return {
            "type": "order_placed",
            "event_id": f"broken-{self._count}",
            "customer_id": f"stranger-{self._count}",
            "occurred_at": at,
            "order_id": f"broken-{self._count}",
            "total": {"amount_minor": 1_000, "currency": "GBP"},
        }

    def _headers(self) -> tuple[Header, ...]:
        """Give what the original may carry: nothing, raw bytes, a name twice, no value, names as ours."""
        choices: tuple[tuple[Header, ...], ...] = (
            (),
            (("trace", bytes(range(256))),),
            (("a", b"1"), ("a", b"2"), ("empty", b""), ("nothing", None)),
            (("segue.dlq.code", b"not ours"), ("content-type", b"application/json")),
        )
        return self._random.choice(choices)
