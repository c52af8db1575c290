"""A customer while her facts are decided: a working copy of her row, and of the rows around it."""

from collections.abc import Container
from typing import Protocol

from schemas.rows import CustomerRow, EngagementRow, OccasionRow, OrderRow, ProfileRow, RefundRow, WaitingRow


class Stored(Protocol):
    """What the decisions may ask about one customer that is not in her row."""

    def order(self, order_id: str) -> OrderRow | None: ...
    def refund(self, refund_id: str) -> RefundRow | None: ...
    def waiting(self, order_id: str) -> WaitingRow | None: ...
    def engagement(self) -> EngagementRow | None: ...
    def profile(self) -> ProfileRow | None: ...
    def decided(self, reward_id: str) -> bool:
        """Whether the occasion of a reward has been decided, ever."""

    def newest_counted(self, without: Container[str]) -> int | None:
        """Instant of the newest counted order but for some ids."""

    def oldest_counted(self, without: Container[str]) -> int | None:
        """Instant of the oldest counted order but for some ids."""


class Customer:
    """A private copy: whoever gave the row keeps it as it was until the decision is committed."""

    __slots__ = (
        "_engagement",
        "erased",
        "id",
        "new_profile",
        "occasions",
        "orders",
        "refunds",
        "row",
        "stored",
        "waiting",
    )

    def __init__(self, customer_id: str, row: CustomerRow, stored: Stored) -> None:
        self.id = customer_id
        self.row = row
        self.stored = stored
        self.orders: dict[str, OrderRow] = {}
        self.refunds: dict[str, RefundRow] = {}
        self.waiting: dict[str, WaitingRow | None] = {}
        self.occasions: dict[str, OccasionRow] = {}
        """Occasions decided now, by reward id."""
        self.new_profile: ProfileRow | None = None
        self.erased = False
        """Whether all that is stored of her has to go."""
        self._engagement: EngagementRow | None = None

    def order(self, order_id: str) -> OrderRow | None:
        """Find an order that has a row of its own; asks the store only if there is any."""
        found = self.orders.get(order_id)
        if found is None and self.row.spilled > len(self.orders):
            return self.stored.order(order_id)
        return found

    def refund(self, refund_id: str) -> RefundRow | None:
        """Find a refund whose id is taken."""
        found = self.refunds.get(refund_id)
        if found is None and self.row.refunds > len(self.refunds):
            return self.stored.refund(refund_id)
        return found

    def waiting_for(self, order_id: str) -> WaitingRow | None:
        """Find what waits for an order."""
        if not self.row.waiting:
            return None
        if order_id in self.waiting:
            return self.waiting[order_id]
        return self.stored.waiting(order_id)

    @property
    def engagement(self) -> EngagementRow:
        """What she did besides ordering; a working copy."""
        if self._engagement is None:
            self._engagement = self.stored.engagement() or EngagementRow()
        return self._engagement

    @property
    def engaged_now(self) -> EngagementRow | None:
        """The working copy, if anybody has asked for it."""
        return self._engagement

    @property
    def profile(self) -> ProfileRow | None:
        """Her newest profile."""
        return self.new_profile or self.stored.profile()

    def decided(self, reward_id: str) -> bool:
        """Tell whether the occasion of a reward has been decided, ever."""
        return reward_id in self.occasions or self.stored.decided(reward_id)
