"""What caused an occasion in; whether it is an order that has been undone out: cancelled, or refunded in full."""

from agents.decisions.customer import Customer
from schemas.history import Kind
from schemas.rewards import RewardCause
from schemas.rows import OrderRow


def is_undone(order: OrderRow) -> bool:
    """Tell of an order whether it is cancelled, or refunded in full: that is for ever."""
    return order.cancelled_at is not None or 0 < order.total <= order.refunded


def caused_by_undone(customer: Customer, cause: RewardCause, at: int, longest_stay: int) -> bool:
    """Tell whether what comes at an instant was caused by an order that is undone already.

    An order acts when it moves her; a least stay may hold that move, for `longest_stay` ms at most. Whatever was undone
    of an order has given it a row of its own, so that the others need not be looked at.
    """
    if cause.type != "order":
        return False
    start = at - longest_stay if cause.due == "dwell" else at
    for kind in (Kind.COUNTED, Kind.UNCOUNTED, Kind.BEGINS):
        for step in customer.steps(kind, start, at + 1):
            order = customer.known_order(step.id)
            if order.event_id == cause.event_id:
                return is_undone(order)
    return False
