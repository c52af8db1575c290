"""The newest plain orders of a customer, packed into the bytes of her row, oldest first.

An entry is `<qqBB` (ordered_at ms, amount minor units, length of the order's id, what follows of the event's id) and
the two ids in UTF-8. An event id is often the order's id behind a prefix: then only the prefix stands there, and its
length is told from 129 on. A plain order is in the policy's currency, not refunded, not cancelled, and acts at its
own instant: a normal customer's whole life fits into LIMIT.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from librt.strings import BytesWriter, read_i64_le, write_i64_le

LIMIT: Final = 480  # bytes; about 14 orders: more makes rows dear, fewer makes them leave too often
_HEAD: Final = 18  # bytes of an entry before its ids
_PREFIXED: Final = 129  # ids have at most 128 bytes, so a larger number can say something else


class PackedOrder(NamedTuple):
    """One entry and where it lies."""

    at: int
    amount: int
    order_id: bytes
    event_id: bytes
    start: int
    end: int


def pack(at: int, amount: int, order_id: bytes, event_id: bytes) -> bytes:
    """Pack one order; ids have at most 128 bytes."""
    told, text = len(event_id), event_id
    if event_id.endswith(order_id) and told - len(order_id) <= 255 - _PREFIXED:
        text = event_id[: told - len(order_id)]
        told = _PREFIXED + len(text)
    entry = BytesWriter()
    write_i64_le(entry, at)
    write_i64_le(entry, amount)
    entry.append(len(order_id))
    entry.append(told)
    entry.write(order_id)
    entry.write(text)
    return entry.getvalue()


def entries(packed: bytes) -> Iterator[PackedOrder]:
    """Unpack all orders, oldest arrival first."""
    start = 0
    while start < len(packed):
        body = start + _HEAD
        rest = body + packed[start + 16]
        end = start + _length(packed, start)
        order_id, event_id = packed[body:rest], packed[rest:end]
        if packed[start + 17] >= _PREFIXED:
            event_id += order_id
        yield PackedOrder(read_i64_le(packed, start), read_i64_le(packed, start + 8), order_id, event_id, start, end)
        start = end


def instants(packed: bytes, *, even_free: bool) -> list[int]:
    """Give when each was placed, in the order of their arrival. `even_free`: those of no value too."""
    placed: list[int] = []
    start = 0
    while start < len(packed):
        if even_free or read_i64_le(packed, start + 8):
            placed.append(read_i64_le(packed, start))
        start += _length(packed, start)
    return placed


def _length(packed: bytes, start: int) -> int:
    told = packed[start + 17]
    return _HEAD + packed[start + 16] + (told - _PREFIXED if told >= _PREFIXED else told)


def find(packed: bytes, order_id: bytes) -> PackedOrder | None:
    """Find an order by id."""
    if packed.find(order_id) < 0:  # one C scan decides nearly always; `in` raises inside before it looks at bytes
        return None
    return next((entry for entry in entries(packed) if entry.order_id == order_id), None)


def without(packed: bytes, entry: PackedOrder) -> bytes:
    """Take one entry out."""
    return packed[: entry.start] + packed[entry.end :]
