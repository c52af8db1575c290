"""One customer's rows around her own, as the decisions may ask for them."""

from collections.abc import Callable, Container

from schemas.rows import EngagementRow, OrderRow, ProfileRow, RefundRow, WaitingRow
from tables.codec import decode_engagement, decode_order, decode_profile, decode_refund, decode_waiting
from tables.draft import Draft
from tables.keys import ENGAGEMENT, OCCASION, ORDER, PROFILE, REFUND, WAITING, by_time_prefix, nested_key, split_by_time
from tables.scanning import scan


class StoredCustomer:
    """Reads rows and the by-time index of a customer; what memory and database hold is one."""

    __slots__ = ("_customer", "_decided_before", "_table")

    def __init__(self, table: Draft, customer: bytes, decided_before: Callable[[str], bool] | None = None) -> None:
        """`decided_before` tells of reward ids from before an erasure."""
        self._table = table
        self._customer = customer
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

    def decided(self, reward_id: str) -> bool:
        """Tell whether the occasion of a reward has been decided, in this life or before."""
        known = self._table.get(nested_key(OCCASION, self._customer, reward_id)) is not None
        return known or (self._decided_before is not None and self._decided_before(reward_id))

    def newest_counted(self, without: Container[str]) -> int | None:
        """Instant of the newest counted order but for some ids."""
        return self._extreme(without, newest=True)

    def oldest_counted(self, without: Container[str]) -> int | None:
        """Instant of the oldest counted order but for some ids."""
        return self._extreme(without, newest=False)

    def _extreme(self, without: Container[str], *, newest: bool) -> int | None:
        prefix = by_time_prefix(self._customer)
        changes = self._table.by_time_changes(self._customer)
        instants: list[int] = []
        for key, value in changes.items():
            at, order_id = split_by_time(key, prefix)
            if value is not None and order_id not in without:
                instants.append(at)
        end = prefix[:-1] + b"\x01"
        for key in scan(self._table.db, prefix, end, -1, backwards=newest):
            at, order_id = split_by_time(key, prefix)
            if key not in changes and order_id not in without and self._stands(order_id, at):
                instants.append(at)
                break
        return (max if newest else min)(instants, default=None)

    def _stands(self, order_id: str, at: int) -> bool:
        """Check an entry against its row: a restored index may still hold orders of an erased customer."""
        row = self.order(order_id)
        return row is not None and row.counted and row.at == at
