"""Rows of state: what Segue remembers of a customer, an order, a refund and a partition.

Every row is a msgpack array that begins with its version (the tag); new fields go last, with a default.
"""

from msgspec import Struct


class CustomerRow(Struct, array_like=True, tag=1, gc=False):
    """All that is needed to place a customer, and her newest orders; instants are ms, money is minor units."""

    segment: str | None = None
    at: int = 0
    """The instant to which this row has been advanced."""
    sequence: int = 0
    """Number of the newest publication about this customer."""
    moved_at: int = 0
    frequency: int = 0
    """Counted orders."""
    known: int = 0
    """Counted orders whose amount is known in the policy's currency."""
    monetary: int = 0
    """Net sum; may be negative, later orders pay the debt."""
    first: int = 0
    """Oldest counted order; means nothing while frequency is 0."""
    last: int = 0
    """Newest counted order; means nothing while frequency is 0."""
    due: int = 0
    """Next instant at which silence alone moves her; 0 = never."""
    spilled: int = 0
    """Orders that have a row of their own."""
    refunds: int = 0
    """Refunds remembered, each in a row of its own."""
    waiting: int = 0
    """Orders that refunds or a cancellation are waiting for."""
    newest: bytes = b""
    """Newest plain orders, packed: see schemas.newest_orders."""


class OrderRow(Struct, array_like=True, tag=1, gc=False):
    """An order that left the customer row: old, refunded, cancelled, or in a currency of its own."""

    at: int
    total: int
    currency: str
    base: int | None
    """The total in the policy's currency; None = unknown."""
    counted: bool
    refunded: int = 0
    """What refunds took, in the order's currency, at most its total."""
    cancelled_at: int | None = None


class RefundRow(Struct, array_like=True, tag=1, gc=False):
    """A refund whose id is taken, for ever."""

    at: int
    order_id: str | None
    amount: int
    currency: str
    base_amount: int | None
    base_currency: str | None
    event_id: str


class WaitingRow(Struct, array_like=True, tag=1, gc=False):
    """What came before its order: it applies when the order arrives."""

    refund_ids: list[str] = []
    cancelled_at: int | None = None
    cancelled_by: str = ""


class ProgressRow(Struct, array_like=True, tag=1, gc=False):
    """How far a partition has come: written by every transaction."""

    offsets: dict[str, int]
    """Per input topic the next offset to read."""
    clock: int
    """The partition clock, epoch ms."""
    customers: dict[str, int] = {}
    """Customers per segment; the empty name counts those without one."""


class IdentityRow(Struct, array_like=True, tag=1, gc=False):
    """The first record of a changelog: whose state this is."""

    app: str
    partition: int
    partitions: int
    policy: str
    """Fingerprint of the policy whose segments and scores the rows hold."""
