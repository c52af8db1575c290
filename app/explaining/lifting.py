"""A customer at an instant in; for each better segment the smallest change that takes her there out, if it is small.

The search looks at one engagement, then at 1 to ORDERS more orders of the least total amount, then at both, all at that
very instant. Where the amount matters to a rule is told by the bounds on it: between two of them all amounts are alike.
What the search finds is lived, with the new facts at the end of her log, before it is told.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from agents.decisions.in_force import InForce
from agents.decisions.whole_life import Lived, live
from schemas.customer_row import Counted
from schemas.facts import LARGEST_AMOUNT, Engaged, Fact, Money, OrderCancelled, OrderPlaced, OrderRefunded
from schemas.instant import Instant
from schemas.policy import Policy, Segment

ORDERS: Final = 10
WHAT_IF: Final = "what-if"


class _Change(NamedTuple):
    """What is tried: so many orders, and whether one engagement of any kind that counts."""

    orders: int
    engagement: bool


class Lift(NamedTuple):
    """What takes her to a segment: so many orders, and whether one engagement of any kind that counts."""

    segment: str
    rank: int
    orders: int = 0
    engagement: bool = False
    least: int = 0
    """The orders are worth at least this together, minor units; 0: any amount will do."""
    most: int | None = None
    """And at most this; None: there is no most."""
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
        policy, segment = self._in_force.policy_at(self._at), self._standing.segment
        rank = policy.segment(segment).rank if segment is not None else None
        better = [one for one in policy.segments if rank is None or one.rank < rank]
        return [self._lift(one) for one in sorted(better, key=lambda one: one.rank)]

    def _lift(self, goal: Segment) -> Lift:
        if self._standing.due_segment == goal.id:
            reached = self._reached(goal.id, [])
            if reached is not None:
                return Lift(goal.id, goal.rank, reached_at=reached)
        for change in self._changes():
            for amounts in self._amounts(change):
                lift = self._tried(goal, change, amounts) if amounts.segment == goal.id else None
                if lift is not None:
                    return lift
        return Lift(goal.id, goal.rank)

    def _changes(self) -> Iterator[_Change]:
        """Give what is looked at, the smallest first."""
        policy = self._in_force.policy_at(self._at)
        engaging = bool(policy.engagement_acts and policy.engagement)
        if engaging:
            yield _Change(0, engagement=True)
        for engagement in (False, True)[: 1 + engaging]:
            for orders in range(1, ORDERS + 1):
                yield _Change(orders, engagement)

    def _tried(self, goal: Segment, change: _Change, amounts: _Amounts) -> Lift | None:
        """Live both ends of a stretch of amounts; None: the least does not take her there.

        While a least stay holds her, time may tell amounts apart that are alike now: then only the least is told.
        """
        reached = self._reached(goal.id, self._facts_of(change, amounts.least))
        if reached is None:
            return None
        least, most = amounts.least, amounts.most
        top = self._facts_of(change, LARGEST_AMOUNT if most is None else most)
        if self._reached(goal.id, top) != reached:
            most = least
        least = 0 if least == self._smallest(change.orders) else least
        return Lift(goal.id, goal.rank, *change, least, most, reached)

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

    def _amounts(self, change: _Change) -> Iterator[_Amounts]:
        """Give the stretches of totals that the rules do not tell apart, ascending."""
        judge, row, smallest = self._in_force.at(self._at), self._row, self._smallest(change.orders)
        edges = {edge - row.monetary for edge in self._edges(row.known + change.orders)} if change.orders else set()
        starts = sorted({smallest, *(edge for edge in edges if smallest < edge <= LARGEST_AMOUNT)})
        placed = [judge.segment(self._with(change, start), self._at) for start in starts]
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
        for rule in self._in_force.policy_at(self._at).rules:
            ranges = rule.when.ranges if rule.when is not None else {}
            for measure, times in (("monetary", 1), ("average_order_value", known)):
                bounds = ranges.get(measure)  # type: ignore[call-overload]  # both are measures
                if bounds is not None:
                    yield from (bounds.low * times,) if bounds.low is not None else ()
                    yield from (bounds.high * times + 1,) if bounds.high is not None else ()

    def _with(self, change: _Change, total: int) -> Counted:
        """Give what would count."""
        row, at, orders = self._row, self._at, change.orders
        return Counted(
            row.frequency + orders,
            row.known + orders,
            row.monetary + total,
            row.counted + orders,
            row.first if row.counted else at,
            at if orders else row.last,
            at if change.engagement else row.engaged,
            met=True,
        )

    def _smallest(self, orders: int) -> int:
        """Orders of nothing count only where the policy says so."""
        return 0 if self._in_force.policy_at(self._at).zero_value_counts else orders

    def _facts_of(self, change: _Change, total: int) -> list[Fact]:
        """Make the facts of a change; its orders add up to the total, each of about the same amount."""
        policy, at = self._in_force.policy_at(self._at), Instant(self._at)
        facts: list[Fact] = []
        for number, name in enumerate(self._names[: change.orders]):
            share = total // change.orders + (number < total % change.orders)
            facts.append(OrderPlaced(name, self._customer_id, at, name, Money(share, policy.currency)))
        if change.engagement:
            facts.append(Engaged(self._names[-1], self._customer_id, at, min(policy.engagement)))
        return facts


def _free_names(facts: Sequence[Fact]) -> list[str]:
    """Give ids that none of her facts has."""
    taken = {fact.event_id for fact in facts}
    taken |= {fact.order_id for fact in facts if isinstance(fact, OrderPlaced | OrderRefunded | OrderCancelled)}  # type: ignore[misc]
    prefix = WHAT_IF
    while any(name.startswith(prefix) for name in taken if name is not None):
        prefix += "-"
    return [f"{prefix}-{number}" for number in range(ORDERS + 1)]


def kinds_that_count(policy: Policy) -> list[str]:
    """Name the kinds of engagement of which one is enough."""
    return sorted(policy.engagement)
