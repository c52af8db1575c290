"""A row in, its local entries out: what the changelog does not carry because the rows say it."""

from collections.abc import Iterator

from schemas.history import Kind, order_steps, refund_steps
from schemas.rows import OrderRow, RefundRow
from tables.codec import decode_order, decode_refund
from tables.customer_codec import read_wake
from tables.keys import CUSTOMER, ORDER, REFUND, by_time_key, due_key, split_nested


def by_time_entries(customer: bytes, name: bytes, row: OrderRow | RefundRow) -> Iterator[tuple[bytes, bytes | None]]:
    """Index an order or a refund by the instants at which it acts; an order counts or does not, never both."""
    if isinstance(row, RefundRow):
        for kind, at in refund_steps(row):
            yield by_time_key(customer, kind.value, at, name), b""
        return
    for kind, at in order_steps(row):
        yield by_time_key(customer, kind.value, at, name), b""
    other = Kind.UNCOUNTED if row.counted else Kind.COUNTED
    yield by_time_key(customer, other.value, row.at, name), None


def derive(key: bytes, value: bytes, local: dict[bytes, bytes | None]) -> None:
    """Add the local entries of any row, as restoring needs them.

    Those of a customer who was erased stay behind: whoever reads an entry checks it against the row.
    """
    family = key[:1]
    if family == CUSTOMER:
        wake = read_wake(value)
        if wake:
            local[due_key(wake, key[1:])] = b""
    elif family in (ORDER, REFUND):
        customer, name = split_nested(key)
        row = decode_order(value) if family == ORDER else decode_refund(value)
        local.update(by_time_entries(customer, name, row))
