"""A customer while her facts are decided: a working copy of her row, and of the rows around it."""

from collections.abc import Container, Iterator
from heapq import merge
from typing import Protocol

from mypy_extensions import mypyc_attr

from agents.decisions.around import Around, EngagedAt
from agents.decisions.purse import Purse
from schemas.customer_row import CustomerRow
from schemas.history import Kind, Step
from schemas.loyalty_rows import LoyaltyRow, OccasionRow
from schemas.newest_orders import PackedOrder, entries
from schemas.policy import Policy
from schemas.rows import EngagementRow, OrderRow, ProfileRow, RefundRow, WaitingRow


class Stored(Protocol):
    """What the decisions may ask about one customer that is not in her row."""

    def order(self, order_id: str) -> OrderRow | None: ...
    def refund(self, refund_id: str) -> RefundRow | None: ...
    def waiting(self, order_id: str) -> WaitingRow | None: ...
    def engagement(self) -> EngagementRow | None: ...
    def profile(self) -> ProfileRow | None: ...
    def loyalty(self) -> LoyaltyRow | None:
        """Give a copy of what the reward side keeps of her."""

    def occasion(self, reward_id: str) -> OccasionRow | None:
        """What was decided on an occasion in this life; do not change it in place."""

    def decided(self, reward_id: str) -> bool:
        """Whether the occasion of a reward has been decided, ever."""

    def engaged_from(self, at: int) -> list[EngagedAt]:
        """Engagements that acted at an instant or later, ascending."""

    def engaged_before(self, at: int) -> int:
        """The newest engagement before an instant that counts as being engaged; 0 = none is remembered."""

    def steps(self, kind: Kind, start: int, end: int, *, newest_first: bool = False) -> Iterator[Step]:
        """Steps of orders and refunds that have rows of their own, with instants in [start, end), in order."""


@mypyc_attr(acyclic=True, free_list_len=1)
class Customer:
    """A private copy: whoever gave the row keeps it as it was until the decision is committed."""

    __slots__ = (
        "_engagement",
        "_loyalty",
        "_profile",
        "_profile_read",
        "changed",
        "erased",
        "id",
        "loyalty_changes",
        "new_profile",
        "purse",
        "row",
        "stored",
    )

    def __init__(self, customer_id: str, row: CustomerRow, stored: Stored) -> None:
        self.id = customer_id
        self.row = row
        self.stored = stored
        self.changed: Around | None = None
        """The rows around hers that this decision changes; ask `around` for one to change."""
        self.new_profile: ProfileRow | None = None
        self.erased = False
        """Whether all that is stored of her has to go."""
        self._engagement: EngagementRow | None = None
        self._loyalty: LoyaltyRow | None = None
        self._profile: ProfileRow | None = None
        self._profile_read = False
        self.purse: Purse | None = None
        """What her partition can spend; None: no budget is kept, each pays for everything."""
        self.loyalty_changes = 0
        """How often her LoyaltyRow was asked for to be changed; it is to be written unless never."""

    @property
    def around(self) -> Around:
        """The rows around hers, to be changed."""
        if self.changed is None:
            self.changed = Around()
        return self.changed

    def order(self, order_id: str) -> OrderRow | None:
        """Find an order that has a row of its own; asks the store only if there is any."""
        changed = self.changed
        found = changed.orders.get(order_id) if changed is not None else None
        if found is None and self.row.spilled > (len(changed.orders) if changed is not None else 0):
            return self.stored.order(order_id)
        return found

    def refund(self, refund_id: str) -> RefundRow | None:
        """Find a refund whose id is taken."""
        changed = self.changed
        found = changed.refunds.get(refund_id) if changed is not None else None
        if found is None and self.row.refunds > (len(changed.refunds) if changed is not None else 0):
            return self.stored.refund(refund_id)
        return found

    def steps(self, kind: Kind, start: int, end: int, *, newest_first: bool = False) -> Iterator[Step]:
        """Give the steps of orders and refunds that have rows of their own, with instants in [start, end), in order."""
        of_refunds = kind in (Kind.FREE, Kind.REFUND)
        there_are = self.row.refunds if of_refunds else self.row.spilled
        if self.changed is None:
            return self.stored.steps(kind, start, end, newest_first=newest_first) if there_are else iter(())
        changed = self.changed.refunds if of_refunds else self.changed.orders
        own = self.changed.steps.steps(kind, start, end, newest_first=newest_first)
        if there_are <= len(changed):
            return own
        stored = self.stored.steps(kind, start, end, newest_first=newest_first)
        return merge(own, _unchanged(stored, changed), reverse=newest_first)

    def counted_orders(self, start: int, end: int, policy: Policy) -> Iterator[tuple[int, OrderRow]]:
        """Give the counted orders placed in [start, end) with their instants, ascending."""
        packed = [e for e in entries(self.row.newest) if start <= e.at < end and (e.amount or policy.zero_value_counts)]
        packed.sort()
        plain = [(entry.at, unpacked(entry, policy)) for entry in packed]
        return merge(plain, self._spilled(start, end), key=_instant)

    def _spilled(self, start: int, end: int) -> Iterator[tuple[int, OrderRow]]:
        for at, name in self.steps(Kind.COUNTED, start, end):
            yield at, self.known_order(name)

    def known_order(self, order_id: str) -> OrderRow:
        """Give an order that a step names."""
        order = self.order(order_id)
        assert order is not None, "a step names an order that is stored"
        return order

    def known_refund(self, refund_id: str) -> RefundRow:
        """Give a refund that a step or a waiting row names."""
        refund = self.refund(refund_id)
        assert refund is not None, "its id is taken"
        return refund

    def waiting_for(self, order_id: str) -> WaitingRow | None:
        """Find what waits for an order."""
        if not self.row.waiting:
            return None
        if self.changed is not None and order_id in self.changed.waiting:
            return self.changed.waiting[order_id]
        return self.stored.waiting(order_id)

    @property
    def engagement(self) -> EngagementRow:
        """What she did besides ordering; a working copy."""
        if self._engagement is None:
            self._engagement = self.stored.engagement() or EngagementRow()
        return self._engagement

    @property
    def engagement_now(self) -> EngagementRow | None:
        """The working copy, if anybody has asked for it."""
        return self._engagement

    @property
    def profile(self) -> ProfileRow | None:
        """Her newest profile; the store is asked once."""
        if self.new_profile is None and not self._profile_read:
            self._profile, self._profile_read = self.stored.profile(), True
        return self.new_profile or self._profile

    @property
    def loyalty(self) -> LoyaltyRow | None:
        """What the reward side keeps of her, to look at; asks the store only if there is any."""
        if self._loyalty is None and self.row.loyalty:
            self._loyalty = self.stored.loyalty()
        return self._loyalty

    def change_loyalty(self) -> LoyaltyRow:
        """Give what the reward side keeps of her, to be changed in place: it is stored with this decision."""
        if self._loyalty is None:
            self._loyalty = self.loyalty or LoyaltyRow()
        self.row.loyalty = True
        self.loyalty_changes += 1
        return self._loyalty

    def occasion(self, reward_id: str) -> OccasionRow | None:
        """Find what was decided on an occasion in this life; it is not to be changed in place."""
        found = self.changed.occasions.get(reward_id) if self.changed is not None else None
        return found or self.stored.occasion(reward_id)

    def decided(self, reward_id: str) -> bool:
        """Tell whether the occasion of a reward has been decided, ever."""
        now = self.changed is not None and reward_id in self.changed.occasions
        return now or self.stored.decided(reward_id)


def _unchanged(steps: Iterator[Step], changed: Container[str]) -> Iterator[Step]:
    for step in steps:
        if step.id not in changed:
            yield step


def unpacked(entry: PackedOrder, policy: Policy) -> OrderRow:
    """Spell a packed order as a row of its own."""
    counted = entry.amount > 0 or policy.zero_value_counts
    return OrderRow(entry.at, entry.amount, policy.currency, entry.amount, counted, entry.event_id.decode())


def _instant(placed: tuple[int, OrderRow]) -> int:
    return placed[0]
