"""Rows of state: what Segue remembers of a customer, an order, a refund and a partition.

Every row is a msgpack array that begins with its version (the tag); new fields go last, with a default.
"""

from typing import Final

from msgspec import Struct

ROWS: Final = 3
"""Rises with the version of any row: state of an earlier number is refused."""

LAYOUT: Final = 3
"""Rises with every new field of a row: state of a *later* number is refused, for this program would drop what is new.

tests/tables/golden/layouts has the fields of each.
"""


class BrinkRow(Struct, array_like=True, gc=False, frozen=True):
    """A move down that has been announced and has neither come nor been cleared."""

    due: int
    to: str
    segment: str
    """Where she stood when it was announced."""


class OrderRow(Struct, array_like=True, tag=2, gc=False):
    """An order that left the customer row: old, refunded, cancelled, or in a currency of its own."""

    at: int
    total: int
    currency: str
    base: int | None
    """The total in the policy's currency; None = unknown."""
    counted: bool
    event_id: str
    refunded: int = 0
    """What its refunds add up to, in the order's currency; what exceeds the total has no effect."""
    cancelled_at: int | None = None
    cancelled_by: str = ""
    cancel_acts_at: int = 0
    """When the cancellation took effect."""
    acts_from: int = 0
    """When the order began to count, for one that came too late for its own instant; 0 = at its instant."""

    @property
    def begins(self) -> int:
        """When the order began to count."""
        return self.acts_from or self.at


class RefundRow(Struct, array_like=True, tag=2, gc=False):
    """A refund whose id is taken, for ever."""

    at: int
    order_id: str | None
    amount: int
    currency: str
    base_amount: int | None
    base_currency: str | None
    event_id: str
    acts_at: int = 0
    """When it took effect; 0 = it has none: it waits, or is in another currency than its order."""


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


class EngagedDayRow(Struct, array_like=True, tag=1, gc=False):
    """The engagements of one day that acted on the timeline, in the order of their acceptance."""

    acted: list[tuple[int, int, str, str]] = []
    """When each acted, when it occurred, its event id and its kind."""


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
    layout: int = 0
    """The newest layout that rows of this partition may have: see LAYOUT; 0 = from before layouts had numbers."""


class FreezeRow(Struct, array_like=True, tag=1, gc=False, frozen=True):
    """How far a partition has come with freezing what its customers hold."""

    at: int
    """The newest freeze begun, epoch ms."""
    first: int
    """The first freeze of the partition."""
    cursor: bytes = b""
    """The last customer whose turn has come."""
    chunks: int = 0
    """How many have been published of this freeze."""
    done: bool = False


class SweepRow(Struct, array_like=True, tag=1, gc=False, frozen=True):
    """How far a partition has come with judging its customers anew: by new cut points or another policy."""

    at: int
    """The newest instant at which something came into force that all are, or are being, judged by; epoch ms."""
    cursor: bytes = b""
    """The last customer whose turn has come."""
    done: bool = False


class AccountRow(Struct, array_like=True, gc=False):
    """What a partition has done with its slices of one budget; in what the budget counts."""

    number: int = 0
    """How often it has changed: of several reports the one with the highest holds."""
    spent: int = 0
    """What its customers have been granted, less what was taken back unused."""
    returned: int = 0
    """Given back of what it had been granted, over all time."""
    recalled: int = 0
    """The newest recall that it has answered."""
    needed: int = 0
    """What its unpaid occasions ask for."""
    open: int = 0
    """What grants have cost that can still be redeemed."""


class BudgetsRow(Struct, array_like=True, tag=1, gc=False):
    """The accounts of a partition with the budgets of its rewards, by budget."""

    accounts: dict[str, AccountRow] = {}


class IdentityRow(Struct, array_like=True, tag=1, gc=False):
    """The first record of a changelog: whose state this is."""

    app: str
    partition: int
    partitions: int
    policy: str
    """Fingerprint of the policy whose segments and scores the rows hold."""
    secret: bytes = b""
    """Fingerprint of the secret under which erased customers are marked."""
    rows: int = 1
    """Which versions of rows the changelog holds: see ROWS."""
