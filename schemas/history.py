"""A row of an order or a refund in, the instants at which it acts out: a customer's history in the order of time."""

from enum import Enum
from typing import NamedTuple

from schemas.rows import OrderRow, RefundRow


class Kind(Enum):
    """What happens at an instant; the value is the byte of its key."""

    __hash__ = object.__hash__  # that of Enum hashes the name each time

    COUNTED = b"o"
    """An order that counts was placed."""
    UNCOUNTED = b"z"
    """An order was placed that does not count, or no more."""
    BEGINS = b"l"
    """An order begins to count that came too late for its own instant."""
    FREE = b"f"
    """A refund that names no order occurred."""
    REFUND = b"r"
    """A refund takes effect."""
    CANCELLED = b"c"
    """A cancellation takes effect."""


class Step(NamedTuple):
    """An instant and the id of the order or refund."""

    at: int
    id: str


def order_steps(order: OrderRow) -> list[tuple[Kind, int]]:
    """Give the steps that an order's row stands for."""
    steps = [((Kind.COUNTED if order.counted else Kind.UNCOUNTED), order.at)]
    if order.acts_from:
        steps.append((Kind.BEGINS, order.acts_from))
    if order.cancelled_at is not None:
        steps.append((Kind.CANCELLED, order.cancel_acts_at))
    return steps


def refund_steps(refund: RefundRow) -> list[tuple[Kind, int]]:
    """Give the steps that a refund's row stands for; none while it has no effect."""
    if not refund.acts_at:
        return []
    steps = [(Kind.REFUND, refund.acts_at)]
    return [*steps, (Kind.FREE, refund.at)] if refund.order_id is None else steps
