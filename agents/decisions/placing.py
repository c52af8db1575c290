"""An order placed, in; a customer with one order more, out."""

from agents.decisions.customer import Customer
from agents.decisions.endings import Ending
from schemas.facts import OrderPlaced
from schemas.newest_orders import LIMIT, entries, find, pack
from schemas.policy import Policy
from schemas.rows import OrderRow


def recognise(customer: Customer, fact: OrderPlaced, policy: Policy) -> Ending | None:
    """Tell whether the order is known already; None for a new one."""
    entry = find(customer.row.newest, fact.order_id.encode())
    if entry is not None:
        same = (
            entry.at == fact.occurred_at
            and entry.amount == fact.total.amount_minor
            and fact.total.currency == policy.currency
        )
        return Ending.DUPLICATE if same else Ending.CONFLICTING
    stored = customer.order(fact.order_id)
    if stored is None:
        return None
    same = (
        stored.at == fact.occurred_at
        and stored.total == fact.total.amount_minor
        and stored.currency == fact.total.currency
        and stored.base == _in_policy_currency(fact, policy)
    )
    return Ending.DUPLICATE if same else Ending.CONFLICTING


def place(customer: Customer, fact: OrderPlaced, policy: Policy) -> Ending:
    """Count a new order and remember it: in the customer row if it is plain, else in a row of its own."""
    row = customer.row
    at, total = int(fact.occurred_at), fact.total.amount_minor
    counted = total > 0 or policy.zero_value_counts
    if fact.total.currency == policy.currency:
        row.newest += pack(at, total, fact.order_id.encode())
        if len(row.newest) > LIMIT:
            _spill(customer, policy)
        base: int | None = total
    else:
        base = _in_policy_currency(fact, policy)
        customer.orders[fact.order_id] = OrderRow(at, total, fact.total.currency, base, counted)
        row.spilled += 1
    if counted:
        _count(customer, at, base)
    return Ending.APPLIED if base is not None else Ending.UNPRICED


def counts(customer: Customer, order_id: str, policy: Policy) -> bool:
    """Tell whether a known order counts now."""
    entry = find(customer.row.newest, order_id.encode())
    if entry is not None:
        return entry.amount > 0 or policy.zero_value_counts
    order = customer.order(order_id)
    return order is not None and order.counted


def _in_policy_currency(fact: OrderPlaced, policy: Policy) -> int | None:
    for money in (fact.total, fact.base_total):
        if money is not None and money.currency == policy.currency:
            return money.amount_minor
    return None


def _count(customer: Customer, at: int, base: int | None) -> None:
    row = customer.row
    if row.frequency == 0:
        row.first = row.last = at
    elif at > row.last:
        row.last = at
    elif at < row.first:
        row.first = at
    row.frequency += 1
    if base is not None:
        row.known += 1
        row.monetary += base


def _spill(customer: Customer, policy: Policy) -> None:
    """Let the older half of the packed orders leave for rows of their own."""
    row = customer.row
    end = 0
    for entry in entries(row.newest):
        if end >= LIMIT // 2:
            break
        counted = entry.amount > 0 or policy.zero_value_counts
        customer.orders[entry.order_id.decode()] = OrderRow(
            entry.at, entry.amount, policy.currency, entry.amount, counted
        )
        row.spilled += 1
        end = entry.end
    row.newest = row.newest[end:]
