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
    ahead: int = 0
    """Instant of the earliest fact that waits for the clock; 0 = none."""
    erased_at: int = 0
    """When she was erased before: what occurred earlier is dropped; 0 = never."""
    paid: dict[str, list[int]] = {}
    """Per reward rule with a limit the instants of the newest grants, as many as the limit looks at."""

    @property
    def wake(self) -> int:
        """The next instant at which she must be looked at though nothing happens; 0 = never."""
        return min(self.due, self.ahead) if self.due and self.ahead else self.due or self.ahead


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


class AheadRow(Struct, array_like=True, tag=1, gc=False):
    """A fact that is ahead of the partition clock: it acts when the clock reaches it."""

    fact: bytes
    """The fact as msgpack: see tables.codec."""


class EngagementRow(Struct, array_like=True, tag=1, gc=False):
    """What a customer did besides ordering."""

    newest: dict[str, int] = {}
    """Per kind the newest instant."""
    seen: dict[int, bytes] = {}
    """Per day since 1970 what was accepted of it: 8 bytes of the event's id and 4 of its content, again and again."""


class ProfileRow(Struct, array_like=True, tag=1, gc=False):
    """The newest profile of a customer."""

    at: int
    event_id: str
    birthday: str | None
    country: str | None
    timezone: str | None
    consents: dict[str, bool]
    preferred_channel: str | None
    lists: list[str]
    interests: list[str]


class OccasionRow(Struct, array_like=True, tag=1, gc=False):
    """An occasion that a reward rule has decided, for ever."""

    at: int
    rule: str
    granted: bool


class TombstoneRow(Struct, array_like=True, tag=1, gc=False):
    """What is left of an erased customer; its key is a keyed hash of her id."""

    erased_at: int
    """What occurred earlier is dropped."""
    reached: int
    """The instant up to which she had lived, at least `erased_at`: her next life begins there."""
    moved_at: int
    sequence: int
    occasions: list[bytes]
    """Keyed hashes of the reward ids that are decided."""


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
    secret: bytes = b""
    """Fingerprint of the secret under which erased customers are marked."""
