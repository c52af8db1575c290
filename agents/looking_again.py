"""An occasion that waits for a budget in; its customer, to be looked at now instead of later, out."""

from msgspec.structs import replace

from tables.codec import decode_loyalty, encode
from tables.customer_codec import decode_customer, encode_customer
from tables.draft import Draft
from tables.keys import CUSTOMER, LOYALTY


def look_now(draft: Draft, key: bytes, reward: str, at: int) -> bytes | None:
    """Let the time of what waits be over at an instant; gives the customer's row, None where she has passed that."""
    stored, loyal = draft.get(CUSTOMER + key), draft.get(LOYALTY + key)
    if stored is None or loyal is None:
        return None
    row, loyalty = decode_customer(stored), decode_loyalty(loyal)
    if row.at >= at:
        return None
    loyalty.unpaid = [
        replace(unpaid, due=min(unpaid.due, at)) if unpaid.reward == reward else unpaid for unpaid in loyalty.unpaid
    ]
    row.booked = min(row.booked, at)
    draft.rows[LOYALTY + key] = encode(loyalty)
    draft.rows[CUSTOMER + key] = encoded = encode_customer(row)
    return encoded
