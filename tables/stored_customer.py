"""One customer's rows around her own, as the decisions may ask for them."""

from collections.abc import Callable, Iterator

from mypy_extensions import mypyc_attr

from schemas.history import Kind, Step, order_steps, refund_steps
from schemas.instants import DAY_MS
from schemas.loyalty_rows import LoyaltyRow, OccasionRow
from schemas.rows import EngagementRow, OrderRow, ProfileRow, RefundRow, WaitingRow
from tables.codec import (
    decode_engaged_day,
    decode_engagement,
    decode_loyalty,
    decode_occasion,
    decode_order,
    decode_profile,
    decode_refund,
    decode_waiting,
)
from tables.draft import Draft
from tables.keys import (
    ENGAGED_DAY,
    ENGAGEMENT,
    LOYALTY,
    OCCASION,
    ORDER,
    PROFILE,
    REFUND,
    WAITING,
    by_time_key,
    engaged_day,
    nested_key,
    nested_prefix,
    split_by_time,
)

EngagedAt = tuple[int, int, str, str]


@mypyc_attr(acyclic=True, free_list_len=1)
class StoredCustomer:
    """Reads rows and the by-time index of a customer; what memory and database hold is one."""

    __slots__ = ("_customer", "_decided_before", "_engagement", "_table")

    def __init__(
        self,
        table: Draft,
        customer: bytes,
        engagement: frozenset[str] = frozenset(),
        decided_before: Callable[[str], bool] | None = None,
    ) -> None:
        """`engagement`: the kinds that count as being engaged. `decided_before`: reward ids from before an erasure."""
        self._table = table
        self._customer = customer
        self._engagement = engagement
        self._decided_before = decided_before

    def order(self, order_id: str) -> OrderRow | None:
        """Find an order that has a row of its own."""
        stored = self._table.get(nested_key(ORDER, self._customer, order_id))
        return decode_order(stored) if stored is not None else None

    def refund(self, refund_id: str) -> RefundRow | None:
        """Find a refund whose id is taken."""
        stored = self._table.get(nested_key(REFUND, self._customer, refund_id))
        return decode_refund(stored) if stored is not None else None

    def waiting(self, order_id: str) -> WaitingRow | None:
        """Find what waits for an order."""
        stored = self._table.get(nested_key(WAITING, self._customer, order_id))
        return decode_waiting(stored) if stored is not None else None

    def engagement(self) -> EngagementRow | None:
        """Find what she did besides ordering."""
        stored = self._table.get(ENGAGEMENT + self._customer)
        return decode_engagement(stored) if stored is not None else None

    def profile(self) -> ProfileRow | None:
        """Find her newest profile."""
        stored = self._table.get(PROFILE + self._customer)
        return decode_profile(stored) if stored is not None else None

    def loyalty(self) -> LoyaltyRow | None:
        """Find what the reward side keeps of her; a copy of her own."""
        stored = self._table.get(LOYALTY + self._customer)
        return decode_loyalty(stored) if stored is not None else None

    def occasion(self, reward_id: str) -> OccasionRow | None:
        """Find what was decided on an occasion in this life."""
        stored = self._table.get(nested_key(OCCASION, self._customer, reward_id))
        return decode_occasion(stored) if stored is not None else None

    def decided(self, reward_id: str) -> bool:
        """Tell whether the occasion of a reward has been decided, in this life or before."""
        known = self._table.get(nested_key(OCCASION, self._customer, reward_id)) is not None
        return known or (self._decided_before is not None and self._decided_before(reward_id))

    def engaged_from(self, at: int) -> list[EngagedAt]:
        """Give the engagements that acted at an instant or later, ascending."""
        return sorted(acted for day in self._days(at // DAY_MS) for acted in day if acted[0] >= at)

    def engaged_before(self, at: int) -> int:
        """Give the newest engagement before an instant that counts as being engaged; 0 = none is remembered."""
        counting = (
            acted[1] for day in self._days(0) for acted in day if acted[0] < at and acted[3] in self._engagement
        )
        return max(counting, default=0)

    def steps(self, kind: Kind, start: int, end: int, *, newest_first: bool = False) -> Iterator[Step]:
        """Give the steps of a kind with instants in [start, end), in order."""
        customer = self._customer
        low, high = (by_time_key(customer, kind.value, at, b"") for at in (start, end))
        for key in self._table.by_time(customer, low, high, newest_first=newest_first):
            at, name = split_by_time(key, customer)
            if self._stands(kind, at, name):
                yield Step(at, name)

    def _stands(self, kind: Kind, at: int, name: str) -> bool:
        """Check an entry against its row: a restored index may hold orders of an erased customer."""
        if kind in (Kind.FREE, Kind.REFUND):
            refund = self.refund(name)
            return refund is not None and (kind, at) in refund_steps(refund)
        order = self.order(name)
        return order is not None and (kind, at) in order_steps(order)

    def _days(self, first: int) -> Iterator[list[EngagedAt]]:
        rows = self._table.rows_of(nested_prefix(ENGAGED_DAY, self._customer))
        for key, value in rows:
            if engaged_day(key, self._customer) >= first:
                yield decode_engaged_day(value).acted
