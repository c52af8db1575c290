"""A customer's facts and the passing of time in; her moves out, each at the first millisecond at which it holds."""

from collections.abc import Iterable
from typing import NamedTuple

from agents.decisions import placing, undoing
from agents.decisions.customer import Customer
from agents.decisions.endings import Ending
from agents.decisions.explaining import explain
from agents.decisions.measuring import Counted, Standing, counted, judge, measure
from schemas.facts import Fact, OrderCancelled, OrderPlaced, OrderRefunded
from schemas.measures import Measures
from schemas.policy import Policy
from schemas.transitions import Cause, Next

RECENCY_DUE = Cause(type="decay", due="recency")
NOBODY = Counted(0, 0, 0, 0, 0)


class Move(NamedTuple):
    """A change of segment on a customer's timeline."""

    customer_id: str
    sequence: int
    from_segment: str | None
    to_segment: str | None
    cause: Cause
    before: Measures
    after: Measures
    effective_at: int
    next: Next | None


class Timeline:
    """Advances one customer; what it finds out collects in `moves`, `endings` and `late`."""

    __slots__ = ("_before", "_customer", "_facts", "_instant", "_policy", "endings", "late", "moves")

    def __init__(self, customer: Customer, policy: Policy) -> None:
        self._customer = customer
        self._policy = policy
        self._instant = 0
        self._before = NOBODY
        self._facts: list[Fact] = []
        self.moves: list[Move] = []
        self.endings: list[Ending] = []
        self.late = 0

    def take(self, facts: Iterable[Fact]) -> None:
        """Apply facts in the order of the log; facts of one millisecond are judged together."""
        for fact in facts:
            ending = self._recognise(fact)
            if ending is None:
                ending = self._accept(fact)
            self.endings.append(ending)
        self._close()

    def pass_time(self, until: int) -> None:
        """Make every move that silence alone has brought up to and including an instant."""
        self._decay(until + 1)

    def _recognise(self, fact: Fact) -> Ending | None:
        match fact:
            case OrderPlaced():
                return placing.recognise(self._customer, fact, self._policy)
            case OrderRefunded():
                return undoing.recognise_refund(self._customer, fact)
            case OrderCancelled():
                return undoing.recognise_cancellation(self._customer, fact)

    def _accept(self, fact: Fact) -> Ending:
        match fact:
            case OrderPlaced():
                self._reach(int(fact.occurred_at))
                ending = placing.place(self._customer, fact, self._policy)
                self._facts.append(fact)
                if self._customer.row.waiting:
                    self._release(fact.order_id)
                return ending
            case OrderRefunded():
                undoing.remember_refund(self._customer, fact)
                return self._undo(fact, int(fact.occurred_at))
            case OrderCancelled():
                return self._undo(fact, int(fact.occurred_at))

    def _undo(self, fact: OrderRefunded | OrderCancelled, acts_at: int) -> Ending:
        """Apply a refund or cancellation, or let it wait for its order."""
        customer, policy = self._customer, self._policy
        if fact.order_id is None:
            assert isinstance(fact, OrderRefunded)
            self._reach(acts_at)
            self._facts.append(fact)
            return undoing.refund_freely(customer, fact, policy)
        order = undoing.detach(customer, fact.order_id, policy)
        if order is None:
            undoing.wait_for_order(customer, fact)
            return Ending.WAITING
        if isinstance(fact, OrderRefunded) and fact.amount.currency != order.currency:
            return Ending.FOREIGN
        self._reach(acts_at)
        self._facts.append(fact)
        if isinstance(fact, OrderRefunded):
            return undoing.refund_order(customer, fact, order, policy)
        return undoing.cancel_order(customer, fact, order, policy)

    def _release(self, order_id: str) -> None:
        """Apply what waited for an order, each at its own instant but not before the order's."""
        customer = self._customer
        waiting = customer.waiting_for(order_id)
        if waiting is None:
            return
        customer.waiting[order_id] = None
        customer.row.waiting -= 1
        for fact in undoing.waiting_facts(customer, order_id, waiting):
            self._undo(fact, max(int(fact.occurred_at), self._instant))

    def _reach(self, at: int) -> None:
        """Come to the instant of a fact: close the one before, then let silence work up to it.

        A fact that comes too late acts from the customer's instant on; where a move of that very millisecond
        is out already, from the next one, for there is at most one move per customer and millisecond.
        """
        row = self._customer.row
        if self._instant and at <= self._instant:
            self.late += at < self._instant
            return
        if not self._instant and (at < row.at or at == row.moved_at):
            self.late += 1
            at = row.at + (row.at == row.moved_at)
        self._close()
        self._decay(at)
        self._instant = at
        self._before = counted(row)

    def _close(self) -> None:
        """Judge the customer at the instant that is open."""
        if not self._instant:
            return
        row, at = self._customer.row, self._instant
        row.at = at
        standing = judge(row, at, self._policy)
        if standing.segment != row.segment:
            cause = explain(self._facts, row.segment, standing.segment, self._policy)
            self._move(standing, cause, self._before, at)
        else:
            row.due = standing.due
        self._instant = 0
        self._facts.clear()

    def _decay(self, before: int) -> None:
        """Make the moves that fall due earlier than an instant: at the very instant facts come first."""
        row, policy = self._customer.row, self._policy
        while row.due and row.due < before:
            row.at = row.due
            self._move(judge(row, row.at, policy), RECENCY_DUE, counted(row), row.at)

    def _move(self, to: Standing, cause: Cause, before: Counted, at: int) -> None:
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
                measure(row, at, policy),
                at,
                Next(to.due, to.due_to) if to.due_to is not None else None,
            )
        )
