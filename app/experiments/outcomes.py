"""A customer's facts in, the orders that count out; and what she ordered in a stretch of time."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from agents.decisions.counting import net, still_counts
from agents.decisions.placing import in_policy_currency
from schemas.facts import CustomerErased, Fact, OrderCancelled, OrderPlaced, OrderRefunded
from schemas.policy import Policy
from schemas.rows import OrderRow


class Ordered(NamedTuple):
    """An order that counts in the end, and what it is worth after its refunds; None = not in the policy's currency."""

    at: int
    amount_minor: int | None


class Outcome(NamedTuple):
    """What a customer ordered in a stretch of time."""

    orders: int
    priced: int
    """Of these the orders of known amount."""
    amount_minor: int


def counted_orders(facts: Sequence[Fact], policy: Policy, as_of: int) -> list[Ordered] | None:
    """Give her orders in full knowledge of all facts up to an instant; None: she was erased.

    Facts stand in the order of the log; the first of an id is the fact. Refunds that name no order belong to none.
    """
    known = [fact for fact in facts if fact.occurred_at <= as_of]
    if any(isinstance(fact, CustomerErased) for fact in known):
        return None
    orders = _placed(known, policy)
    refunds = set[str]()
    for fact in known:
        if isinstance(fact, OrderCancelled) and fact.order_id in orders:
            orders[fact.order_id].cancelled_at = int(fact.occurred_at)
        elif isinstance(fact, OrderRefunded) and fact.refund_id not in refunds:
            refunds.add(fact.refund_id)
            order = orders.get(fact.order_id or "")
            if order is not None and order.currency == fact.amount.currency:
                order.refunded += fact.amount.amount_minor
    return [Ordered(order.at, net(order)) for order in orders.values() if still_counts(order, policy)]


def _placed(facts: Iterable[Fact], policy: Policy) -> dict[str, OrderRow]:
    orders: dict[str, OrderRow] = {}
    for fact in facts:
        if isinstance(fact, OrderPlaced) and fact.order_id not in orders:
            money, base = fact.total, in_policy_currency(fact, policy)
            at = int(fact.occurred_at)
            orders[fact.order_id] = OrderRow(at, money.amount_minor, money.currency, base, True, fact.event_id)
    return orders


def outcome(orders: Iterable[Ordered], after: int, until: int) -> Outcome:
    """Sum up what was ordered later than one instant, up to and including another."""
    inside = [order.amount_minor for order in orders if after < order.at <= until]
    priced = [amount for amount in inside if amount is not None]
    return Outcome(len(inside), len(priced), sum(priced))
