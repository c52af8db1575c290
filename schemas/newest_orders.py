"""The newest plain orders of a customer, packed into the bytes of her row, oldest first.

An entry is `<qqB` (ordered_at ms, amount minor units, length of the id) and the id in UTF-8. A plain order is in
the policy's currency, not refunded, not cancelled: a normal customer's whole life fits into LIMIT.
"""

from collections.abc import Iterator
from struct import Struct
from typing import Final, NamedTuple

LIMIT: Final = 480  # bytes; about 15 orders: more makes rows dear, fewer makes them leave too often
_HEAD = Struct("<qqB")


class PackedOrder(NamedTuple):
    """One entry and where it lies."""

    at: int
    amount: int
    order_id: bytes
    start: int
    end: int


def pack(at: int, amount: int, order_id: bytes) -> bytes:
    """Pack one order; the id is at most 255 bytes."""
    return _HEAD.pack(at, amount, len(order_id)) + order_id


def entries(packed: bytes) -> Iterator[PackedOrder]:
    """Unpack all orders, oldest arrival first."""
    start = 0
    while start < len(packed):
        at, amount, length = _HEAD.unpack_from(packed, start)
        body = start + _HEAD.size
        end = body + length
        yield PackedOrder(at, amount, packed[body:end], start, end)
        start = end


def find(packed: bytes, order_id: bytes) -> PackedOrder | None:
    """Find an order by id."""
    if order_id not in packed:  # one C scan decides nearly always
        return None
    return next((entry for entry in entries(packed) if entry.order_id == order_id), None)


def without(packed: bytes, entry: PackedOrder) -> bytes:
    """Take one entry out."""
    return packed[: entry.start] + packed[entry.end :]
