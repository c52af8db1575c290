"""One customer's log in, her orders, free refunds and facts out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from .policy import Policy

Event = Mapping[str, Any]
Kind = Literal["order", "refund", "cancellation", "engagement", "erasure"]

_KIND_AND_IDENTITY: dict[str, tuple[Kind, str]] = {
    "order_placed": ("order", "order_id"),
    "order_cancelled": ("cancellation", "order_id"),
    "order_refunded": ("refund", "refund_id"),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Entry(NamedTuple):
    """An event and its place in the customer's log."""

    position: int
    event: Event


@dataclass(frozen=True, slots=True)
class Fact:
    """`acts_at` is later than `occurred_at` for what came before its order was placed."""

    kind: Kind
    event_id: str
    occurred_at: int
    acts_at: int
    position: int  # in the log, of the later of the two that it took to act


@dataclass(frozen=True, slots=True)
class Order:
    placed: Fact
    total_minor: int
    known_minor: int | None  # in the policy's currency; None = counts for recency and frequency only
    refunds: tuple[tuple[int, int], ...]  # (acts at, minor units of the order's own currency)
    cancelled_at: int | None

    @property
    def ordered_at(self) -> int:
        return self.placed.occurred_at

    def refunded_at(self, t: int) -> int:
        return min(self.total_minor, sum(amount for acts_at, amount in self.refunds if acts_at <= t))

    def counts_at(self, t: int, policy: Policy) -> bool:
        ignored = policy.zero_value == "ignore" and self.total_minor == 0
        cancelled = self.cancelled_at is not None and self.cancelled_at <= t
        refunded = 0 < self.total_minor == self.refunded_at(t)
        dropped = policy.refunded == "drop" and refunded
        return self.ordered_at <= t and not (ignored or cancelled or dropped)

    def net_at(self, t: int) -> int | None:
        if self.known_minor is None or self.total_minor == 0:
            return self.known_minor
        left = self.total_minor - self.refunded_at(t)
        return _half_even(self.known_minor * left, self.total_minor)

    def instants(self) -> set[int]:
        cancelled = set() if self.cancelled_at is None else {self.cancelled_at}
        return {self.ordered_at, *(acts_at for acts_at, _ in self.refunds), *cancelled}

    def until(self, t: int) -> "Order":
        refunds = tuple((acts_at, minor) for acts_at, minor in self.refunds if acts_at <= t)
        cancelled = self.cancelled_at is not None and self.cancelled_at <= t
        return replace(self, refunds=refunds, cancelled_at=self.cancelled_at if cancelled else None)


@dataclass(frozen=True, slots=True)
class Ledger:
    orders: tuple[Order, ...]
    free_refunds: tuple[tuple[int, int], ...]  # (occurred_at, minor units it lowers monetary by)
    facts: tuple[Fact, ...]

    def until(self, t: int) -> "Ledger":
        """What has acted by t."""
        orders = tuple(order.until(t) for order in self.orders if order.ordered_at <= t)
        free = tuple((at, minor) for at, minor in self.free_refunds if at <= t)
        return Ledger(orders, free, tuple(fact for fact in self.facts if fact.acts_at <= t))


def is_of_orders(event: Event) -> bool:
    return event["type"] in _KIND_AND_IDENTITY


def ledger(entries: Iterable[Entry], policy: Policy) -> Ledger:
    """The first record of each identity is the fact; events must be ones the processor accepts."""
    first: dict[tuple[Kind, str], Entry] = {}
    for entry in entries:
        if is_of_orders(entry.event):
            kind, identity = _KIND_AND_IDENTITY[entry.event["type"]]
            first.setdefault((kind, entry.event[identity]), entry)
    placed = {order_id: entry for (kind, order_id), entry in first.items() if kind == "order"}
    refunds = [entry for (kind, _), entry in first.items() if kind == "refund"]
    free = [entry for entry in refunds if entry.event.get("order_id") is None]
    named = _named(refunds, placed)
    orders: list[Order] = []
    facts = [_fact("refund", entry, entry) for entry in free]
    for order_id, order in placed.items():
        cancelled = first.get(("cancellation", order_id))
        orders.append(_order(order, named[order_id], cancelled, policy))
        facts.append(orders[-1].placed)
        facts += [_fact("refund", entry, order) for entry in named[order_id]]
        facts += [] if cancelled is None else [_fact("cancellation", cancelled, order)]
    lowered = tuple((instant(entry.event), _free_minor(entry.event, policy)) for entry in free)
    return Ledger(tuple(orders), lowered, tuple(facts))


def _named(refunds: Iterable[Entry], placed: Mapping[str, Entry]) -> Mapping[str, list[Entry]]:
    named: dict[str, list[Entry]] = defaultdict(list)
    for entry in refunds:
        order = placed.get(entry.event.get("order_id", ""))
        if order is not None and entry.event["amount"]["currency"] == order.event["total"]["currency"]:
            named[entry.event["order_id"]].append(entry)
    return named


def _order(placed: Entry, named: list[Entry], cancelled: Entry | None, policy: Policy) -> Order:
    total, base_total = placed.event["total"], placed.event.get("base_total")
    return Order(
        _fact("order", placed, placed),
        total["amount_minor"],
        _in_currency(policy.currency, total, base_total),
        tuple((_acts_at(entry, placed), entry.event["amount"]["amount_minor"]) for entry in named),
        None if cancelled is None else _acts_at(cancelled, placed),
    )


def _fact(kind: Kind, entry: Entry, order: Entry) -> Fact:
    position = max(entry.position, order.position)
    return Fact(kind, entry.event["event_id"], instant(entry.event), _acts_at(entry, order), position)


def _acts_at(entry: Entry, order: Entry) -> int:
    return max(instant(entry.event), instant(order.event))


def _free_minor(refund: Event, policy: Policy) -> int:
    known = _in_currency(policy.currency, refund["amount"], refund.get("base_amount"))
    return 0 if known is None else known


def _in_currency(currency: str, *amounts: Mapping[str, Any] | None) -> int | None:
    for amount in amounts:
        if amount is not None and amount["currency"] == currency:
            return int(amount["amount_minor"])
    return None


def _half_even(numerator: int, denominator: int) -> int:
    quotient, rest = divmod(numerator, denominator)
    up = 2 * rest > denominator or (2 * rest == denominator and quotient % 2 == 1)
    return quotient + up


def instant(event: Event) -> int:
    """Epoch milliseconds of `occurred_at`, truncated."""
    return milliseconds(event["occurred_at"])


def milliseconds(moment: int | str) -> int:
    if isinstance(moment, int):
        return moment
    return (datetime.fromisoformat(moment.upper()) - _EPOCH) // timedelta(milliseconds=1)
