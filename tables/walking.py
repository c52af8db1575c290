"""A customer in, those behind her in the order of their keys out: how all customers of a partition are looked at."""

from tables.draft import Draft
from tables.keys import CUSTOMER
from tables.scanning import scan_rows

_END = bytes([CUSTOMER[0] + 1])


def customers_after(draft: Draft, cursor: bytes, limit: int) -> list[tuple[bytes, bytes | None]]:
    """Give up to `limit` customers with their rows as the draft has them; fewer only at the end.

    They are those that the database knows: whoever wants all who were there at some moment writes back at it. A
    customer whose row is gone has None.
    """
    rows = draft.over(scan_rows(draft.db, CUSTOMER + cursor + b"\0", _END, limit))
    return [(key[1:], stored) for key, stored in rows]
