"""An order placed, in; a customer with one order more, out."""

from agents.decisions.counting import inside
from agents.decisions.customer import Customer, unpacked
from agents.decisions.endings import Ending
from schemas.facts import OrderPlaced
from schemas.newest_orders import LIMIT, entries, find, pack
from schemas.policy import Policy
from schemas.rows import OrderRow


def recognise(customer: Customer, fact: OrderPlaced, policy: Policy) -> Ending | None:
    """Tell whether the order is known already; None for a new one."""
    order_id = fact.order_id
    entry = find(customer.row.newest, order_id.encode())
    if entry is not None:
        same = (
            entry.at == fact.occurred_at
            and entry.amount == fact.total.amount_minor
            and fact.total.currency == policy.currency
        )
        return Ending.DUPLICATE if same else Ending.CONFLICTING
    stored = customer.order(order_id) if customer.row.spilled else None
    if stored is None:
        return None
    same = (
        stored.at == fact.occurred_at
        and stored.total == fact.total.amount_minor
        and stored.currency == fact.total.currency
        and stored.base == in_policy_currency(fact, policy)
    )
    return Ending.DUPLICATE if same else Ending.CONFLICTING


def place(customer: Customer, fact: OrderPlaced, at: int, policy: Policy) -> Ending:
    """Count a new order and remember it: in the customer row if it is plain, else in a row of its own.

    `at` is when it acts: its own instant, or later for one that came too late for that.
    """
    row, money = customer.row, fact.total
    occurred_at: int = fact.occurred_at
    ordered_at, total, currency = int(occurred_at), money.amount_minor, money.currency
    if at == ordered_at and currency == policy.currency:
        row.newest += pack(ordered_at, total, fact.order_id.encode(), fact.event_id.encode())
        if len(row.newest) > LIMIT:
            _spill(customer, policy)
        base: int | None = total
    else:
        base = in_policy_currency(fact, policy)
        counted = total > 0 or policy.zero_value_counts
        order = OrderRow(ordered_at, total, currency, base, counted, fact.event_id)
        order.acts_from = at if at != ordered_at else 0
        row.spilled += 1
        customer.around.put_order(fact.order_id, order)
    if total > 0 or policy.zero_value_counts:
        count(customer, ordered_at, base, at, policy)
    return Ending.APPLIED if base is not None else Ending.UNPRICED


def count(customer: Customer, ordered_at: int, base: int | None, at: int, policy: Policy) -> None:
    """Let an order count from an instant on."""
    row = customer.row
    if row.counted == 0:
        row.first = row.last = ordered_at
    elif ordered_at > row.last:
        row.last = ordered_at
    elif ordered_at < row.first:
        row.first = ordered_at
    row.counted += 1
    if inside(ordered_at, at, policy):
        row.frequency += 1
        if base is not None:
            row.known += 1
            row.monetary += base


def counts(customer: Customer, order_id: str, policy: Policy) -> bool:
    """Tell whether a known order counts now."""
    entry = find(customer.row.newest, order_id.encode())
    if entry is not None:
        return entry.amount > 0 or policy.zero_value_counts
    order = customer.order(order_id)
    return order is not None and order.counted


def in_policy_currency(fact: OrderPlaced, policy: Policy) -> int | None:
    """Give the total in the policy's currency; None = unknown."""
    for money in (fact.total, fact.base_total):
        if money is not None and money.currency == policy.currency:
            return money.amount_minor
    return None


def _spill(customer: Customer, policy: Policy) -> None:
    """Let the older half of the packed orders leave for rows of their own."""
    row = customer.row
    end = 0
    for entry in entries(row.newest):
        if end >= LIMIT // 2:
            break
        row.spilled += 1
        customer.around.put_order(entry.order_id.decode(), unpacked(entry, policy))
        end = entry.end
    row.newest = row.newest[end:]
