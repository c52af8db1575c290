"""Accepted facts and when each acts: what a customer's timeline is to go through, in the order of its instants."""

from collections.abc import Sequence

from mypy_extensions import mypyc_attr

from schemas.customer_row import CustomerRow
from schemas.facts import (
    CustomerErased,
    Engaged,
    Fact,
    OrderCancelled,
    OrderPlaced,
    OrderRefunded,
    ProfileChanged,
    Receipt,
)

Applicable = OrderPlaced | OrderRefunded | OrderCancelled | Engaged | ProfileChanged | Receipt


@mypyc_attr(acyclic=True)
class Acting:
    """A fact at the instant at which it acts: its own, or its order's, or later for one that came too late."""

    __slots__ = ("again", "at", "ended", "fact")

    def __init__(self, at: int, fact: Applicable, *, again: bool = False, ended: bool = False) -> None:
        """`again`: it has acted before, and was taken back for a late one.

        `ended`: how it ended is told already: it has waited for its order.
        """
        self.at = at
        self.fact = fact
        self.again = again
        self.ended = ended


def place_in_time(acting: Acting) -> tuple[int, bool]:
    """Sort by instant; in one millisecond orders come before what undoes them."""
    return acting.at, type(acting.fact) is not OrderPlaced


def come_in_order(facts: Sequence[Fact], row: CustomerRow) -> bool:
    """Tell whether an agenda of facts would let them act as they come, each at its own instant, behind all before them.

    None of them ends the life. What waits for its order already may act later than they do.
    """
    reached = max(row.at, row.floor - 1) + 1
    for fact in facts:
        at: int = fact.occurred_at
        if at < reached or type(fact) is CustomerErased:
            return False
        reached = at
    return not row.waiting
