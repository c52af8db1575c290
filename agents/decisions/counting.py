"""An order or a refund and an instant in, what it is worth then out; and a row with that added or taken away."""

from agents.decisions.counted import NOTHING, Worth
from schemas.customer_row import CustomerRow
from schemas.policy import Policy
from schemas.rows import OrderRow, RefundRow


def inside(ordered_at: int, at: int, policy: Policy) -> bool:
    """Tell whether something of `ordered_at` is inside the window at an instant; its last millisecond belongs to it."""
    return policy.window_ms is None or at - ordered_at <= policy.window_ms


def still_counts(order: OrderRow, policy: Policy) -> bool:
    """Tell whether an order counts: not cancelled, not refunded in full where that drops it, not of nothing."""
    if order.cancelled_at is not None:
        return False
    if order.total == 0:
        return policy.zero_value_counts
    return not (policy.refunded_drops and order.refunded >= order.total)


def net(order: OrderRow) -> int | None:
    """What an order is worth: base * (total - refunds) / total, half-even; None = unknown."""
    if order.base is None or not order.refunded or not order.total:
        return order.base
    quotient, rest = divmod(order.base * max(0, order.total - order.refunded), order.total)
    twice = 2 * rest
    return quotient + (twice > order.total or (twice == order.total and quotient % 2 == 1))


def worth(order: OrderRow, at: int, policy: Policy) -> Worth:
    """What an order adds to what is inside the window at an instant."""
    if not order.counted or order.begins > at or not inside(order.at, at, policy):
        return NOTHING
    amount = net(order)
    return Worth(1, 0, 0) if amount is None else Worth(1, 1, amount)


def worth_of_free(refund: RefundRow, at: int, policy: Policy) -> Worth:
    """What a refund that names no order adds (less than nothing) at an instant."""
    if refund.acts_at > at or not inside(refund.at, at, policy):
        return NOTHING
    return Worth(0, 0, -(free_amount(refund, policy) or 0))


def free_amount(refund: RefundRow, policy: Policy) -> int | None:
    """What a refund that names no order takes, in the policy's currency; None = unknown."""
    if refund.currency == policy.currency:
        return refund.amount
    return refund.base_amount if refund.base_currency == policy.currency else None


def add(row: CustomerRow, added: Worth, sign: int = 1) -> None:
    """Add to what is inside the window, or with -1 take away."""
    row.frequency += sign * added.frequency
    row.known += sign * added.known
    row.monetary += sign * added.monetary
