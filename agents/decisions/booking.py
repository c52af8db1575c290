"""A customer and what has become of her in; the instant of her next appointment, kept in her row, out."""

from mypy_extensions import mypyc_attr

from agents.decisions.appointments import Appointment, RuleDue, due_of_loyalty, next_of_loyalty, next_of_rules
from agents.decisions.customer import Customer
from agents.decisions.timeline import Timeline
from schemas.policy import Policy
from schemas.rows import ProfileRow

_Orders = tuple[int, int, bytes]
_Customer = tuple[bool, str | None, int, int, ProfileRow | None, _Orders | None]
Seen = tuple[Policy, _Customer | None]
"""What the appointments of rules are made of."""


@mypyc_attr(acyclic=True, free_list_len=1)
class Booking:
    """Reckons what rules wait for only where what they look at has changed: that costs more than all the rest."""

    __slots__ = ("_after", "_booked_for", "_changes", "_customer", "_reckoned_for", "_rules", "_timeline")

    def __init__(self, customer: Customer, timeline: Timeline) -> None:
        self._customer = customer
        self._timeline = timeline
        self._booked_for: Seen = self._look()
        """What was seen when her row was booked."""
        self._changes = customer.loyalty_changes
        """How often what is kept of her had been changed by then."""
        self._reckoned_for: Seen | None = None
        """What was seen when `_rules` were reckoned."""
        self._after = 0
        self._rules: list[RuleDue] = []
        """What rules wait for behind `_after`."""

    def follow(self) -> None:
        """Book anew if an appointment may have changed."""
        if self._customer.loyalty_changes != self._changes or self._booked_for != self._look():
            self.book(self._customer.row.at)

    def book(self, after: int) -> None:
        """Note when the first appointment behind an instant is."""
        row, loyalty = self._customer.row, self._customer.loyalty
        self._booked_for, self._changes = self._look(), self._customer.loyalty_changes
        booked = next_of_loyalty(loyalty, after) if loyalty is not None else 0
        for due in self._reckon(after, self._booked_for):
            if not booked or due.at < booked:
                booked = due.at
        row.booked = booked

    def due(self, at: int) -> list[Appointment]:
        """Give all appointments of an instant at which her row is booked, in the order in which they are kept."""
        loyalty = self._customer.loyalty
        due: list[Appointment] = [one for one in self._reckon(at - 1, self._look()) if one.at == at]
        if loyalty is not None:
            due += due_of_loyalty(loyalty, at)
        return sorted(due, key=_place) if len(due) > 1 else due

    def _reckon(self, after: int, seen: Seen) -> list[RuleDue]:
        """Give what rules wait for behind an instant."""
        known = seen == self._reckoned_for and self._after <= after
        if not known or any(due.at <= after for due in self._rules):
            self._rules = next_of_rules(self._customer, after, self._timeline.policy)
            self._after, self._reckoned_for = after, seen
        return self._rules

    def _look(self) -> Seen:
        customer, policy = self._customer, self._timeline.policy
        row, on = customer.row, policy.by_occasion
        if not on.by_time:
            return policy, None
        orders = (row.last, row.counted, row.newest) if on.cadences else None
        return policy, (row.met, row.segment, row.moved_at, row.first, customer.new_profile, orders)


def _place(appointment: Appointment) -> int:
    """Let those of one instant be kept in the order of their priority."""
    return -appointment.rule.priority if isinstance(appointment, RuleDue) else 0
