"""Entries in the order of the files in, each customer with her facts in the order of the log out, as often as asked."""

import operator
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from app.simulate import buckets
from app.simulate.buckets import Buckets
from app.simulate.entries import Entry, Stamped, in_log_order
from app.simulate.spool import Spool
from app.simulate.stored_facts import Stored, StoredEntry, StoredOrder, StoredRefund
from schemas.facts import Fact, Money, OrderPlaced, OrderRefunded

LIMIT: Final = 300_000  # about 120 MB

_decode: Final = msgspec.msgpack.Decoder(list[Stored], dec_hook=operator.call).decode


class FactLog:
    """Everything that was accepted, by customer; in memory as far as `limit` entries go."""

    def __init__(self, spool: Spool, limit: int = LIMIT) -> None:
        self._entries: Buckets[Entry] = Buckets(spool, limit, restored, stored)
        self._stamped = False
        self.facts = 0

    def add(self, entries: list[Entry]) -> None:
        """Take entries over."""
        self._stamped = self._stamped or any(isinstance(entry, Stamped) for entry in entries)
        self._entries.add(entries)
        self.facts += len(entries)

    def customers(self) -> Iterator[tuple[str, list[Fact]]]:
        """Give every customer once, in no order that means anything."""
        for entries in self._entries.lists():
            yield from self._grouped(entries).items()

    def close(self) -> None:
        """Forget everything."""
        self._entries.close()

    def _grouped(self, entries: list[Entry]) -> dict[str, list[Fact]]:
        """Sort by recording if any file tells it, else leave the order of the files."""
        facts: list[Fact] = in_log_order(entries) if self._stamped else entries  # type: ignore[assignment]
        groups: dict[str, list[Fact]] = {}
        for fact in facts:
            customer = fact.customer_id
            known = groups.get(customer)
            if known is None:
                groups[customer] = [fact]
            else:
                known.append(fact)
        return groups


def stored(entries: list[Entry]) -> bytes:
    """Pack entries for a temporary file."""
    return buckets.encode([_stored(entry) for entry in entries])


def restored(frame: bytes) -> list[Entry]:
    """Unpack them again."""
    return [_restored(one) for one in _decode(frame)]


def _stored(entry: Entry) -> Stored:
    fact: Any = entry
    kind = type(fact)
    if kind is OrderPlaced and fact.base_total is None and not fact.products:
        total = fact.total
        return StoredOrder(
            fact.event_id, fact.customer_id, fact.occurred_at, fact.order_id, total.amount_minor, total.currency
        )
    if kind is OrderRefunded and fact.base_amount is None:
        amount = fact.amount
        return StoredRefund(
            fact.event_id,
            fact.customer_id,
            fact.occurred_at,
            fact.refund_id,
            amount.amount_minor,
            amount.currency,
            fact.order_id,
        )
    return StoredEntry(entry)


def _restored(of: Stored) -> Entry:
    one: Any = of
    kind = type(one)
    if kind is StoredOrder:
        money = Money(one.amount_minor, one.currency)
        return OrderPlaced(one.event_id, one.customer_id, one.occurred_at, one.order_id, money)
    if kind is StoredRefund:
        money = Money(one.amount_minor, one.currency)
        return OrderRefunded(one.event_id, one.customer_id, one.occurred_at, one.refund_id, money, one.order_id)
    entry: Entry = one.entry
    return entry
