"""Entries as a temporary file holds them: without names, and most of them without a type that is decoded by a hook."""

from msgspec import Struct

from app.simulate.entries import Entry


class StoredOrder(Struct, array_like=True, gc=False, tag="o"):
    """An order without `base_total` and products."""

    event_id: str
    customer_id: str
    occurred_at: int
    order_id: str
    amount_minor: int
    currency: str


class StoredRefund(Struct, array_like=True, gc=False, tag="r"):
    """A refund without `base_amount`."""

    event_id: str
    customer_id: str
    occurred_at: int
    refund_id: str
    amount_minor: int
    currency: str
    order_id: str | None


class StoredEntry(Struct, array_like=True, gc=False, tag="e"):
    """Anything else."""

    entry: Entry


Stored = StoredOrder | StoredRefund | StoredEntry
