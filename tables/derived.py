"""A row in, its local entries out: what the changelog does not carry because the rows say it."""

from collections.abc import Iterator

from schemas.rows import OrderRow
from tables.codec import decode_customer, decode_order
from tables.keys import CUSTOMER, ORDER, by_time_key, due_key, split_nested


def by_time_entry(customer: bytes, order_id: bytes, row: OrderRow) -> tuple[bytes, bytes | None]:
    """Index an order by its instant as long as it counts."""
    return by_time_key(customer, row.at, order_id), b"" if row.counted else None


def derived_entries(key: bytes, value: bytes) -> Iterator[tuple[bytes, bytes | None]]:
    """Derive the local entries of any row, as restoring needs them."""
    family = key[:1]
    if family == CUSTOMER:
        wake = decode_customer(value).wake
        if wake:
            yield due_key(wake, key[1:]), b""
    elif family == ORDER:
        customer, order_id = split_nested(key)
        yield by_time_entry(customer, order_id, decode_order(value))
