"""Refunds and cancellations in: told from their repetitions, and kept while they wait for their order."""

from collections.abc import Iterator

from msgspec.structs import replace

from agents.decisions.customer import Customer
from agents.decisions.endings import Ending
from schemas.facts import Money, OrderCancelled, OrderRefunded
from schemas.instant import Instant
from schemas.rows import RefundRow, WaitingRow


def recognise_refund(customer: Customer, fact: OrderRefunded) -> Ending | None:
    """Tell whether the refund is known already; None for a new one."""
    known = customer.refund(fact.refund_id)
    if known is None:
        return None
    told = replace(_refund_row(fact), event_id=known.event_id, acts_at=known.acts_at)
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
    customer.row.refunds += 1
    customer.around.put_refund(fact.refund_id, _refund_row(fact))


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
    customer.around.waiting[fact.order_id] = row


def release(customer: Customer, order_id: str) -> Iterator[OrderRefunded | OrderCancelled]:
    """Tell again what has waited for an order."""
    waiting = customer.waiting_for(order_id)
    if waiting is None:
        return
    customer.around.waiting[order_id] = None
    customer.row.waiting -= 1
    for refund_id in waiting.refund_ids:
        yield refund_fact(customer.id, refund_id, customer.known_refund(refund_id))
    if waiting.cancelled_at is not None:
        yield OrderCancelled(waiting.cancelled_by, customer.id, Instant(waiting.cancelled_at), order_id)


def refund_fact(customer_id: str, refund_id: str, row: RefundRow) -> OrderRefunded:
    """Tell a refund again as it came."""
    known = row.base_amount is not None and row.base_currency is not None
    base = Money(row.base_amount, row.base_currency) if known else None  # type: ignore[arg-type]  # known says so
    amount = Money(row.amount, row.currency)
    return OrderRefunded(row.event_id, customer_id, Instant(row.at), refund_id, amount, row.order_id, base)


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
