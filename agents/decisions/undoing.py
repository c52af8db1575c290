"""A refund or a cancellation in; a customer with less money or one order less, out."""

from msgspec.structs import replace

from agents.decisions.customer import Customer
from agents.decisions.endings import Ending
from schemas.facts import Money, OrderCancelled, OrderRefunded
from schemas.instants import Instant
from schemas.newest_orders import entries, find, without
from schemas.policy import Policy
from schemas.rows import OrderRow, RefundRow, WaitingRow


def recognise_refund(customer: Customer, fact: OrderRefunded) -> Ending | None:
    """Tell whether the refund is known already; None for a new one."""
    known = customer.refund(fact.refund_id)
    if known is None:
        return None
    told = _refund_row(fact)
    told.event_id = known.event_id
    return Ending.DUPLICATE if known == told else Ending.CONFLICTING


def recognise_cancellation(customer: Customer, fact: OrderCancelled) -> Ending | None:
    """Tell whether the order is cancelled already, or its cancellation waits for it."""
    order = customer.order(fact.order_id)
    waiting = customer.waiting_for(fact.order_id) if order is None else None
    known = order.cancelled_at if order else waiting.cancelled_at if waiting else None
    if known is None:
        return None
    return Ending.DUPLICATE if known == fact.occurred_at else Ending.CONFLICTING


def remember_refund(customer: Customer, fact: OrderRefunded) -> None:
    """Take the refund's id, for ever."""
    customer.refunds[fact.refund_id] = _refund_row(fact)
    customer.row.refunds += 1


def wait_for_order(customer: Customer, fact: OrderRefunded | OrderCancelled) -> None:
    """Keep what came before its order."""
    assert fact.order_id is not None
    known = customer.waiting_for(fact.order_id)
    if known is None:
        customer.row.waiting += 1
        known = WaitingRow()
    if isinstance(fact, OrderRefunded):
        row = WaitingRow([*known.refund_ids, fact.refund_id], known.cancelled_at, known.cancelled_by)
    else:
        row = WaitingRow(known.refund_ids, int(fact.occurred_at), fact.event_id)
    customer.waiting[fact.order_id] = row


def waiting_facts(customer: Customer, order_id: str, waiting: WaitingRow) -> list[OrderRefunded | OrderCancelled]:
    """Tell again what waited for an order, in the order in which it occurred."""
    facts: list[OrderRefunded | OrderCancelled] = []
    for refund_id in waiting.refund_ids:
        known = customer.refund(refund_id)
        assert known is not None, "a refund that waits has its id taken"
        facts.append(_refund_fact(customer.id, refund_id, known))
    if waiting.cancelled_at is not None:
        at = Instant(waiting.cancelled_at)
        facts.append(OrderCancelled(waiting.cancelled_by, customer.id, at, order_id))
    return sorted(facts, key=lambda fact: (fact.occurred_at, fact.event_id))


def refund_freely(customer: Customer, fact: OrderRefunded, policy: Policy) -> Ending:
    """Lower monetary by a refund that names no order."""
    for money in (fact.amount, fact.base_amount):
        if money is not None and money.currency == policy.currency:
            customer.row.monetary -= money.amount_minor
            return Ending.APPLIED
    return Ending.UNPRICED


def detach(customer: Customer, order_id: str, policy: Policy) -> OrderRow | None:
    """Give an order a row of its own, because it stops being plain; None when it is unknown."""
    row = customer.row
    entry = find(row.newest, order_id.encode())
    if entry is None:
        return customer.order(order_id)
    row.newest = without(row.newest, entry)
    row.spilled += 1
    counted = entry.amount > 0 or policy.zero_value_counts
    order = OrderRow(entry.at, entry.amount, policy.currency, entry.amount, counted)
    customer.orders[order_id] = order
    return order


def refund_order(customer: Customer, fact: OrderRefunded, order: OrderRow, policy: Policy) -> Ending:
    """Take a refund off its order; an order refunded in full may stop counting."""
    assert fact.order_id is not None
    refunded = min(order.total, order.refunded + fact.amount.amount_minor)
    excess = order.refunded + fact.amount.amount_minor > order.total
    full = policy.refunded_drops and order.total > 0 and refunded >= order.total
    after = replace(order, counted=order.counted and not full, refunded=refunded)
    _replace(customer, fact.order_id, order, after, policy)
    if order.cancelled_at is not None:
        return Ending.VOID
    if excess:
        return Ending.EXCESSIVE
    return Ending.APPLIED if order.base is not None else Ending.UNPRICED


def cancel_order(customer: Customer, fact: OrderCancelled, order: OrderRow, policy: Policy) -> Ending:
    """Stop counting an order, with everything of it."""
    after = replace(order, counted=False, cancelled_at=int(fact.occurred_at))
    _replace(customer, fact.order_id, order, after, policy)
    return Ending.APPLIED


def net(order: OrderRow) -> int | None:
    """What a counted order is worth: base * (total - refunds) / total, half-even; None = unknown."""
    if not order.counted or order.base is None:
        return None
    if not order.refunded:
        return order.base
    quotient, rest = divmod(order.base * (order.total - order.refunded), order.total)
    twice = 2 * rest
    return quotient + (twice > order.total or (twice == order.total and quotient % 2 == 1))


def _replace(customer: Customer, order_id: str, before: OrderRow, after: OrderRow, policy: Policy) -> None:
    row = customer.row
    customer.orders[order_id] = after
    row.monetary += (net(after) or 0) - (net(before) or 0)
    if before.counted and not after.counted:
        row.frequency -= 1
        row.known -= before.base is not None
        _close_gap(customer, before.at, policy)


def _close_gap(customer: Customer, gone: int, policy: Policy) -> None:
    """Find the newest and oldest counted order again, after the one at `gone` stopped counting."""
    row = customer.row
    if not row.frequency or row.first < gone < row.last:
        return
    counts_zero = policy.zero_value_counts
    left = [entry.at for entry in entries(row.newest) if entry.amount > 0 or counts_zero]
    left += [order.at for order in customer.orders.values() if order.counted]
    if row.spilled > len(customer.orders):
        for stored in (
            customer.stored.newest_counted(customer.orders),
            customer.stored.oldest_counted(customer.orders),
        ):
            left += [stored] if stored is not None else []
    row.first, row.last = min(left), max(left)


def _refund_fact(customer_id: str, refund_id: str, row: RefundRow) -> OrderRefunded:
    base = (
        Money(row.base_amount, row.base_currency)
        if row.base_amount is not None and row.base_currency is not None
        else None
    )
    return OrderRefunded(
        row.event_id,
        customer_id,
        Instant(row.at),
        refund_id,
        Money(row.amount, row.currency),
        row.order_id,
        base,
    )


def _refund_row(fact: OrderRefunded) -> RefundRow:
    base = fact.base_amount
    return RefundRow(
        int(fact.occurred_at),
        fact.order_id,
        fact.amount.amount_minor,
        fact.amount.currency,
        base.amount_minor if base else None,
        base.currency if base else None,
        fact.event_id,
    )
