"""A customer and what has become of her in; the instant of her next appointment, kept in her row, out."""

from mypy_extensions import mypyc_attr

from agents.decisions.appointments import Appointment, RuleDue, due_of_loyalty, next_of_loyalty, next_of_rules
from agents.decisions.customer import Customer
from agents.decisions.timeline import Timeline
from schemas.rows import ProfileRow

_Orders = tuple[int, int, bytes]
Seen = tuple[bool, str | None, int, int, ProfileRow | None, _Orders | None]
"""What the appointments of rules are made of, besides the policy."""


@mypyc_attr(acyclic=True, free_list_len=1)
class Booking:
    """Reckons what rules wait for only where what they look at has changed: that costs more than all the rest."""

    __slots__ = ("_after", "_changes", "_customer", "_known", "_policy", "_rules", "_seen", "_timeline")

    def __init__(self, customer: Customer, timeline: Timeline) -> None:
        self._customer = customer
        self._timeline = timeline
        self._policy = timeline.policy
        self._seen: Seen | None = self._look()
        """What was seen when her row was booked; None: no rule waits for time."""
        self._changes = customer.loyalty_changes
        """How often what is kept of her had been changed by then."""
        self._known = False
        """Whether `_rules` were reckoned for what was seen."""
        self._after = 0
        self._rules: list[RuleDue] = []
        """What rules wait for behind `_after`."""

    def follow(self) -> None:
        """Book anew if an appointment may have changed: one of this very instant too, which comes behind its facts."""
        if self._has_changed() or self._customer.loyalty_changes != self._changes:
            row = self._customer.row
            self.book(row.at - 1 if row.booked == row.at else row.at)

    def book(self, after: int) -> None:
        """Note when the first appointment behind an instant is."""
        row, loyalty = self._customer.row, self._customer.loyalty
        self._changes = self._customer.loyalty_changes
        booked = next_of_loyalty(loyalty, after) if loyalty is not None else 0
        for due in self._reckon(after):
            if not booked or due.at < booked:
                booked = due.at
        row.booked = booked

    def due(self, at: int) -> list[Appointment]:
        """Give all appointments of an instant at which her row is booked, in the order in which they are kept."""
        loyalty = self._customer.loyalty
        due: list[Appointment] = [one for one in self._reckon(at - 1) if one.at == at]
        if loyalty is not None:
            due += due_of_loyalty(loyalty, at)
        return sorted(due, key=_place) if len(due) > 1 else due

    def _reckon(self, after: int) -> list[RuleDue]:
        """Give what rules wait for behind an instant."""
        known = not self._has_changed() and self._known and self._after <= after
        if not known or any(due.at <= after for due in self._rules):
            self._rules = next_of_rules(self._customer, after, self._policy)
            self._after, self._known = after, True
        return self._rules

    def _has_changed(self) -> bool:
        """Look whether the rules or what they look at are others than they were, and remember them."""
        policy, seen = self._timeline.policy, self._look()
        if policy is self._policy and seen == self._seen:  # two equal policies would be compared to their last rule
            return False
        self._policy, self._seen, self._known = policy, seen, False
        return True

    def _look(self) -> Seen | None:
        customer, on = self._customer, self._timeline.policy.by_occasion
        if not on.by_time:
            return None
        row = customer.row
        orders = (row.last, row.counted, row.newest) if on.cadences else None
        return row.met, row.segment, row.moved_at, row.first, customer.new_profile, orders


def _place(appointment: Appointment) -> int:
    """Let those of one instant be kept in the order of their priority."""
    return -appointment.rule.priority if isinstance(appointment, RuleDue) else 0
