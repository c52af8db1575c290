"""A refund or a cancellation in; a customer with less money or one order less, out."""

from msgspec.structs import replace

from agents.decisions.counting import add, free_amount, still_counts, worth, worth_of_free
from agents.decisions.customer import Customer, unpacked
from agents.decisions.endings import Ending
from schemas.facts import OrderCancelled, OrderRefunded
from schemas.history import Kind
from schemas.newest_orders import entries, find, without
from schemas.policy import Policy
from schemas.rows import OrderRow


def detach(customer: Customer, order_id: str, policy: Policy) -> OrderRow | None:
    """Give an order a row of its own, because it stops being plain; None when it is unknown."""
    row = customer.row
    entry = find(row.newest, order_id.encode())
    if entry is None:
        return customer.order(order_id)
    row.newest = without(row.newest, entry)
    row.spilled += 1
    order = unpacked(entry, policy)
    customer.around.put_order(order_id, order)
    return order


def refund_freely(customer: Customer, fact: OrderRefunded, at: int, policy: Policy) -> Ending:
    """Lower monetary by a refund that names no order."""
    refund = replace(customer.known_refund(fact.refund_id), acts_at=at)
    customer.around.put_refund(fact.refund_id, refund)
    add(customer.row, worth_of_free(refund, at, policy))
    return Ending.UNPRICED if free_amount(refund, policy) is None else Ending.APPLIED


def refund_order(customer: Customer, fact: OrderRefunded, at: int, policy: Policy) -> Ending:
    """Take a refund off its order; an order refunded in full may stop counting."""
    assert fact.order_id is not None
    order = detach(customer, fact.order_id, policy)
    assert order is not None, "it waits until its order is there"
    customer.around.put_refund(fact.refund_id, replace(customer.known_refund(fact.refund_id), acts_at=at))
    after = replace(order, refunded=order.refunded + fact.amount.amount_minor)
    _replace(customer, fact.order_id, (order, after), at, policy)
    if order.cancelled_at is not None:
        return Ending.VOID
    if after.refunded > order.total:
        return Ending.EXCESSIVE
    return Ending.APPLIED if order.base is not None else Ending.UNPRICED


def cancel_order(customer: Customer, fact: OrderCancelled, at: int, policy: Policy) -> Ending:
    """Stop counting an order, with everything of it."""
    order = detach(customer, fact.order_id, policy)
    assert order is not None, "it waits until its order is there"
    after = replace(order, cancelled_at=int(fact.occurred_at), cancelled_by=fact.event_id, cancel_acts_at=at)
    _replace(customer, fact.order_id, (order, after), at, policy)
    return Ending.APPLIED


def find_ends(customer: Customer, at: int, policy: Policy) -> None:
    """Find the oldest and newest counted order again, of those that have begun to count by an instant."""
    row = customer.row
    counts_zero = policy.zero_value_counts
    left = [entry.at for entry in entries(row.newest) if entry.at <= at and (entry.amount > 0 or counts_zero)]
    for newest_first in (False, True):
        for step in customer.steps(Kind.COUNTED, 0, at + 1, newest_first=newest_first):
            if customer.known_order(step.id).begins <= at:
                left.append(step.at)
                break
    row.first, row.last = min(left, default=0), max(left, default=0)


def _replace(customer: Customer, order_id: str, change: tuple[OrderRow, OrderRow], at: int, policy: Policy) -> None:
    """Put an order as it is after a change in place of it as it was before."""
    row, (before, after) = customer.row, change
    after.counted = before.counted and still_counts(after, policy)
    customer.around.put_order(order_id, after)
    add(row, worth(before, at, policy), -1)
    add(row, worth(after, at, policy))
    if before.counted and not after.counted:
        row.counted -= 1
        if row.counted and not row.first < before.at < row.last:
            find_ends(customer, at, policy)
