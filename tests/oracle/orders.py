"""Events in log order in, each customer's orders, free refunds and facts out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from .policy import Policy

Event = Mapping[str, Any]
Kind = Literal["order", "refund", "cancellation"]

_KIND_AND_IDENTITY: dict[str, tuple[Kind, str]] = {
    "order_placed": ("order", "order_id"),
    "order_cancelled": ("cancellation", "order_id"),
    "order_refunded": ("refund", "refund_id"),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fact:
    """`acts_at` is later than `occurred_at` for what came before its order was placed."""

    kind: Kind
    event_id: str
    occurred_at: int
    acts_at: int


@dataclass(frozen=True, slots=True)
class Order:
    ordered_at: int
    total_minor: int
    known_minor: int | None  # in the policy's currency; None = counts for recency and frequency only
    refunds: tuple[tuple[int, int], ...]  # (acts at, minor units of the order's own currency)
    cancelled_at: int | None

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


@dataclass(frozen=True, slots=True)
class Ledger:
    orders: tuple[Order, ...]
    free_refunds: tuple[tuple[int, int], ...]  # (occurred_at, minor units it lowers monetary by)
    facts: tuple[Fact, ...]


def ledgers(events: Iterable[Event], policy: Policy) -> dict[str, Ledger]:
    """The first record of each identity is the fact; events must be ones the processor accepts."""
    firsts: dict[str, dict[tuple[Kind, str], Event]] = defaultdict(dict)
    for event in events:
        kind, identity = _KIND_AND_IDENTITY[event["type"]]
        firsts[event["customer_id"]].setdefault((kind, event[identity]), event)
    return {customer_id: _ledger(first, policy) for customer_id, first in firsts.items()}


def _ledger(first: Mapping[tuple[Kind, str], Event], policy: Policy) -> Ledger:
    placed = {order_id: event for (kind, order_id), event in first.items() if kind == "order"}
    refunds = [event for (kind, _), event in first.items() if kind == "refund"]
    free = [event for event in refunds if event.get("order_id") is None]
    named: dict[str, list[Event]] = defaultdict(list)
    for event in refunds:
        order = placed.get(event.get("order_id", ""))
        if order is not None and event["amount"]["currency"] == order["total"]["currency"]:
            named[event["order_id"]].append(event)
    orders: list[Order] = []
    facts = [_fact("refund", event, event) for event in free]
    for order_id, order in placed.items():
        cancelled = first.get(("cancellation", order_id))
        orders.append(_order(order, named[order_id], cancelled, policy))
        facts.append(_fact("order", order, order))
        facts += [_fact("refund", event, order) for event in named[order_id]]
        facts += [] if cancelled is None else [_fact("cancellation", cancelled, order)]
    lowered = tuple((_instant(event), _free_minor(event, policy)) for event in free)
    return Ledger(tuple(orders), lowered, tuple(facts))


def _order(placed: Event, named: list[Event], cancelled: Event | None, policy: Policy) -> Order:
    return Order(
        _instant(placed),
        placed["total"]["amount_minor"],
        _in_currency(policy.currency, placed["total"], placed.get("base_total")),
        tuple((_acts_at(event, placed), event["amount"]["amount_minor"]) for event in named),
        None if cancelled is None else _acts_at(cancelled, placed),
    )


def _fact(kind: Kind, event: Event, order: Event) -> Fact:
    return Fact(kind, event["event_id"], _instant(event), _acts_at(event, order))


def _acts_at(event: Event, order: Event) -> int:
    return max(_instant(event), _instant(order))


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


def _instant(event: Event) -> int:
    """Epoch milliseconds of `occurred_at`, truncated."""
    occurred_at = event["occurred_at"]
    if isinstance(occurred_at, int):
        return occurred_at
    moment = datetime.fromisoformat(occurred_at.upper())
    return (moment - _EPOCH) // timedelta(milliseconds=1)
