"""One customer's orders, refunds and waiting facts, as the decisions may ask for them."""

from collections.abc import Container

from schemas.rows import OrderRow, RefundRow, WaitingRow
from tables.codec import decode_order, decode_refund, decode_waiting
from tables.draft import Draft
from tables.keys import ORDER, REFUND, WAITING, by_time_prefix, nested_key, split_by_time
from tables.scanning import scan


class StoredOrders:
    """Reads rows and the by-time index of a customer; what memory and database hold is one."""

    __slots__ = ("_customer", "_table")

    def __init__(self, table: Draft, customer: bytes) -> None:
        self._table = table
        self._customer = customer

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
            if key not in changes and order_id not in without:
                instants.append(at)
                break
        return (max if newest else min)(instants, default=None)
