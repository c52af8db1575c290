"""What of a customer counts: taken down before it changes, and what an order adds to it."""

from typing import NamedTuple

from schemas.customer_row import Counted


class Worth(NamedTuple):
    """What an order or a free refund adds to what is inside the window."""

    frequency: int
    known: int
    monetary: int


NOTHING = Worth(0, 0, 0)


def take_down(row: Counted) -> Counted:
    """Take down what counts before it changes."""
    return Counted(row.frequency, row.known, row.monetary, row.counted, row.first, row.last, row.engaged, met=row.met)
