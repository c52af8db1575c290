"""A customer at an instant in; for each better segment the smallest change that takes her there out, if it is small.

The search looks at one engagement, then at 1 to ORDERS more orders at that very instant, of the least total amount.
Where the amount matters to a rule is told by the bounds on it: between two of them all amounts are alike. What the
search finds is lived, with the new facts at the end of her log, before it is told.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from agents.decisions.counted import Counted, take_down
from agents.decisions.in_force import InForce
from agents.decisions.whole_life import Lived, live
from schemas.facts import LARGEST_AMOUNT, Engaged, Fact, Money, OrderCancelled, OrderPlaced, OrderRefunded
from schemas.instants import Instant
from schemas.policy import Policy, Segment

ORDERS: Final = 10
WHAT_IF: Final = "what-if"


class Lift(NamedTuple):
    """What takes her to a segment; no orders and no engagement: nothing that the search looks at does."""

    segment: str
    rank: int
    orders: int = 0
    least: int = 0
    """The orders are worth at least this together, minor units; 0: any amount will do."""
    most: int | None = None
    """And at most this; None: there is no most."""
    engagement: bool = False
    """One engagement of any kind that counts does it."""
    reached_at: int | None = None
    """When she is there: at once, or when a least stay ends; None: the search has found nothing."""


class _Amounts(NamedTuple):
    """Totals of some orders that place her alike."""

    least: int
    most: int | None
    segment: str | None


class Search:
    """Looks for changes at the instant that her life has reached."""

    def __init__(self, customer_id: str, facts: Sequence[Fact], in_force: InForce, at: int, lived: Lived) -> None:
        self._customer_id = customer_id
        self._facts = facts
        self._in_force = in_force
        self._at = at
        self._row = lived.row
        self._standing = lived.standing
        self._names = _free_names(facts)

    def lifts(self) -> list[Lift]:
        """Look at every segment of a better rank, the best first; for who has none, at every segment."""
        policy, segment = self._in_force.policy, self._standing.segment
        rank = policy.segment(segment).rank if segment is not None else None
        better = [one for one in policy.segments if rank is None or one.rank < rank]
        return [self._lift(one) for one in sorted(better, key=lambda one: one.rank)]

    def _lift(self, goal: Segment) -> Lift:
        if self._standing.due_segment == goal.id:
            reached = self._reached(goal.id, [])
            if reached is not None:
                return Lift(goal.id, goal.rank, reached_at=reached)
        if self._in_force.policy.engagement_acts and self._in_force.policy.engagement:
            reached = self._reached(goal.id, [self._engagement()])
            if reached is not None:
                return Lift(goal.id, goal.rank, engagement=True, reached_at=reached)
        for orders in range(1, ORDERS + 1):
            for amounts in self._amounts(orders):
                reached = self._by_orders(goal.id, orders, amounts) if amounts.segment == goal.id else None
                if reached is not None:
                    any_amount = amounts.least == self._smallest(orders)
                    least = 0 if any_amount else amounts.least
                    return Lift(goal.id, goal.rank, orders, least, amounts.most, reached_at=reached)
        return Lift(goal.id, goal.rank)

    def _by_orders(self, goal: str, orders: int, amounts: _Amounts) -> int | None:
        """Live both ends of a stretch of amounts; None: one of them does not take her there."""
        ends = [amounts.least] if amounts.most is None else [amounts.least, amounts.most]
        reached = [self._reached(goal, self._orders(orders, total)) for total in ends]
        return None if None in reached else reached[0]

    def _reached(self, goal: str, more: Sequence[Fact]) -> int | None:
        """Live her with more facts; gives when she is there, None: she does not come there."""
        facts = [*self._facts, *more]
        stands = live(self._customer_id, facts, self._in_force, self._at).standing
        if stands.segment == goal:
            return self._at
        if stands.due_segment != goal or stands.held_until is None:
            return None
        later = live(self._customer_id, facts, self._in_force, stands.held_until).standing
        return stands.held_until if later.segment == goal else None

    def _amounts(self, orders: int) -> Iterator[_Amounts]:
        """Give the stretches of totals that the rules do not tell apart, ascending."""
        judge, row, smallest = self._in_force.at(self._at), self._row, self._smallest(orders)
        edges = {edge - row.monetary for edge in self._edges(row.known + orders)}
        starts = sorted({smallest, *(edge for edge in edges if smallest < edge <= LARGEST_AMOUNT)})
        placed = [judge.segment(self._with(orders, start), self._at) for start in starts]
        last = 0
        for number in range(1, len(starts) + 1):
            if number == len(starts):
                yield _Amounts(starts[last], None, placed[last])
            elif placed[number] != placed[last]:
                yield _Amounts(starts[last], starts[number] - 1, placed[last])
                last = number

    def _edges(self, known: int) -> Iterator[int]:
        """Give the sums from which on a rule may answer otherwise."""
        thresholds = self._in_force.at(self._at).monetary
        if thresholds is not None:
            yield from (value if thresholds.at_least else value + 1 for value in thresholds.values)
        for rule in self._in_force.policy.rules:
            ranges = rule.when.ranges if rule.when is not None else {}
            for measure, times in (("monetary", 1), ("average_order_value", known)):
                bounds = ranges.get(measure)  # type: ignore[call-overload]  # both are measures
                if bounds is not None:
                    yield from (bounds.low * times,) if bounds.low is not None else ()
                    yield from (bounds.high * times + 1,) if bounds.high is not None else ()

    def _with(self, orders: int, total: int) -> Counted:
        """Give what would count with some orders more."""
        row, at = self._row, self._at
        return take_down(row)._replace(
            frequency=row.frequency + orders,
            known=row.known + orders,
            monetary=row.monetary + total,
            counted=row.counted + orders,
            first=row.first if row.counted else at,
            last=at,
            met=True,
        )

    def _smallest(self, orders: int) -> int:
        """Orders of nothing count only where the policy says so."""
        return 0 if self._in_force.policy.zero_value_counts else orders

    def _orders(self, orders: int, total: int) -> list[OrderPlaced]:
        """Make orders that add up to a total, each of about the same amount."""
        share, rest = divmod(total, orders)
        currency = self._in_force.policy.currency
        return [
            OrderPlaced(name, self._customer_id, Instant(self._at), name, Money(share + (number < rest), currency))
            for number, name in enumerate(self._names[:orders])
        ]

    def _engagement(self) -> Engaged:
        kind = min(self._in_force.policy.engagement)
        return Engaged(self._names[0], self._customer_id, Instant(self._at), kind)


def _free_names(facts: Sequence[Fact]) -> list[str]:
    """Give ids that none of her facts has."""
    taken = {fact.event_id for fact in facts}
    taken |= {fact.order_id for fact in facts if isinstance(fact, OrderPlaced | OrderRefunded | OrderCancelled)}  # type: ignore[misc]
    prefix = WHAT_IF
    while any(name.startswith(prefix) for name in taken if name is not None):
        prefix += "-"
    return [f"{prefix}-{number}" for number in range(1, ORDERS + 1)]


def kinds_that_count(policy: Policy) -> list[str]:
    """Name the kinds of engagement of which one is enough."""
    return sorted(policy.engagement)
