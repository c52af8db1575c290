"""A customer's own row, as the decisions work on it: how it is stored is for tables.customer_codec.

A plain class and no msgspec struct: compiled, its fields are read and written by their place in memory.
"""

from mypy_extensions import mypyc_attr

from schemas.rows import BrinkRow
from schemas.transitions import Cause


@mypyc_attr(acyclic=True)
class Counted:
    """What counts of a customer at some instant: all that the rules look at. Instants in ms, money in minor units."""

    def __init__(  # noqa: PLR0917  # a record: its fields in the order of their docstrings
        self,
        frequency: int = 0,
        known: int = 0,
        monetary: int = 0,
        counted: int = 0,
        first: int = 0,
        last: int = 0,
        engaged: int = 0,
        *,
        met: bool = False,
    ) -> None:
        self.frequency = frequency
        """Counted orders inside the window."""
        self.known = known
        """Those of them whose amount is known in the policy's currency."""
        self.monetary = monetary
        """Net sum inside the window; may be negative, later orders pay the debt."""
        self.counted = counted
        """Counted orders, inside the window and before it."""
        self.first = first
        """Oldest counted order; means nothing while `counted` is 0."""
        self.last = last
        """Newest counted order; means nothing while `counted` is 0."""
        self.engaged = engaged
        """Newest engagement of a kind that counts as being engaged, if the policy asks; 0 = never."""
        self.met = met
        """Whether any fact has acted in this life: who is known and has no counted order may have a segment."""


@mypyc_attr(acyclic=True, free_list_len=1)
class CustomerRow(Counted):
    """All that is needed to place a customer, and her newest orders; what it begins with is a newborn's."""

    def __init__(self) -> None:
        super().__init__()
        self.segment: str | None = None
        self.at = 0
        """The instant to which this row has been advanced."""
        self.sequence = 0
        """Number of the newest publication about this customer."""
        self.moved_at = 0
        self.due = 0
        """Next instant at which silence alone makes something of her: a move, the raising of one that is held, an
        announcement; 0 = never."""
        self.spilled = 0
        """Orders that have a row of their own."""
        self.refunds = 0
        """Refunds remembered, each in a row of its own."""
        self.waiting = 0
        """Orders that refunds or a cancellation are waiting for."""
        self.newest = b""
        """Newest plain orders, packed: see schemas.newest_orders."""
        self.ahead = 0
        """Instant of the earliest fact that waits for the clock; 0 = none."""
        self.erased_at = 0
        """When she was erased before: what occurred earlier is dropped; 0 = never."""
        self.paid: dict[str, list[int]] = {}
        """Per reward rule with a limit the instants of the newest grants, as many as the limit looks at."""
        self.moves = b""
        """The moves within the horizon and the one before: see schemas.remembered_moves."""
        self.raised: Cause | None = None
        """Why a move was raised that a least stay holds."""
        self.brink: BrinkRow | None = None
        self.floor = 0
        """The first instant at which a fact of this life can act; 0 in a first life."""
        self.told = 0
        """Announcements, clearings and changes of score that have been told in this life."""
        self.frozen = 0
        """The freeze that has taken down what she held, while it was under way; 0 = none that matters."""

        self.booked = 0
        """The next appointment: an instant at which rewards have something to do for her; 0 = none."""
        self.loyalty = False
        """Whether she has a LoyaltyRow."""

    @property
    def wake(self) -> int:
        """The next instant at which she must be looked at though nothing happens; 0 = never."""
        due = min(self.due, self.ahead) if self.due and self.ahead else self.due or self.ahead
        return min(due, self.booked) if due and self.booked else due or self.booked
