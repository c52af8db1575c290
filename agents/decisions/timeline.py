"""A customer's instants in; her moves out, each at the first millisecond at which it holds."""

from agents.decisions.customer import Customer
from agents.decisions.explaining import explain
from agents.decisions.measuring import NOTHING, NOWHERE, Counted, Standing, counted, judge, measure
from agents.decisions.moves import Move
from agents.decisions.placing import counts
from schemas.facts import OrderFact, OrderPlaced
from schemas.measures import Measures
from schemas.policy import Policy
from schemas.transitions import Cause, Next

RECENCY_DUE = Cause(type="decay", due="recency")
NOBODY = Counted(0, 0, 0, 0, 0)


class Timeline:
    """Advances one customer. An instant is open while facts of it are applied; closing it judges her."""

    __slots__ = ("_before", "_customer", "_policy", "acting", "firsts", "instant", "late", "moves")

    def __init__(self, customer: Customer, policy: Policy) -> None:
        self._customer = customer
        self._policy = policy
        self._before = NOBODY
        self.instant = 0
        """The instant that is open; 0 = none."""
        self.acting: list[OrderFact] = []
        """Facts applied at the open instant."""
        self.moves: list[Move] = []
        self.firsts: list[tuple[int, Cause]] = []
        """Where her counted orders went from none to some, and by which fact."""
        self.late = 0

    def reach(self, at: int) -> None:
        """Come to the instant of a fact: close the one before, then let silence work up to it.

        A fact that comes too late acts from the customer's instant on; where a move of that very millisecond
        is out already, from the next one, for there is at most one move per customer and millisecond.
        """
        row = self._customer.row
        if self.instant and at <= self.instant:
            self.late += at < self.instant
            return
        if not self.instant and (at < row.at or at == row.moved_at):
            self.late += 1
            at = row.at + (row.at == row.moved_at)
        self.close()
        self._decay(at)
        self.instant = at
        self._before = counted(row)

    def close(self) -> None:
        """Judge the customer at the instant that is open."""
        if not self.instant:
            return
        row, at = self._customer.row, self.instant
        row.at = at
        standing = judge(row, at, self._policy)
        if not self._before.frequency and row.frequency:
            self.firsts.append((at, self._first_counted()))
        if standing.segment != row.segment:
            cause = explain(self.acting, row.segment, standing.segment, self._policy)
            self._move(standing, cause, self._before, at)
        else:
            row.due = standing.due
        self.instant = 0
        self.acting.clear()

    def pass_time(self, until: int) -> None:
        """Make every move that silence alone has brought up to and including an instant."""
        self._decay(until + 1)

    def leave(self, cause: Cause) -> None:
        """End at the open instant: whoever stands in a segment leaves it, whatever else acted in that millisecond."""
        row, at = self._customer.row, self.instant
        row.at = at
        if row.segment is not None:
            self._move(NOWHERE, cause, self._before, at, NOTHING)
        self.instant = 0
        self.acting.clear()

    def _decay(self, before: int) -> None:
        """Make the moves that fall due earlier than an instant: at the very instant facts come first."""
        row, policy = self._customer.row, self._policy
        while row.due and row.due < before:
            row.at = row.due
            self._move(judge(row, row.at, policy), RECENCY_DUE, counted(row), row.at)

    def _move(self, to: Standing, cause: Cause, before: Counted, at: int, after: Measures | None = None) -> None:
        row, policy = self._customer.row, self._policy
        origin, row.segment = row.segment, to.segment
        row.sequence += 1
        row.moved_at = at
        row.due = to.due
        self.moves.append(
            Move(
                self._customer.id,
                row.sequence,
                origin,
                to.segment,
                cause,
                measure(before, at - 1, policy),
                measure(row, at, policy) if after is None else after,
                at,
                Next(to.due, to.due_to) if to.due_to is not None else None,
            )
        )

    def _first_counted(self) -> Cause:
        """Name the first order in the log of those that make her orders count."""
        customer, policy = self._customer, self._policy
        placed = (fact for fact in self.acting if isinstance(fact, OrderPlaced))
        first = next(fact for fact in placed if counts(customer, fact.order_id, policy))
        return Cause(type="order", event_id=first.event_id)
