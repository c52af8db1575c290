"""A customer and an instant in; the customer as she was just before it, and what has acted since, out.

What a late fact touches is lived once more: everything that acted at its instant or later is taken back and acts
again in the order of its instants. The cost is what lies after the late fact.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from agents.decisions.agenda import Acting
from agents.decisions.counting import add, still_counts, worth, worth_of_free
from agents.decisions.customer import Customer, unpacked
from agents.decisions.undoing import find_ends
from agents.decisions.waiting import refund_fact
from schemas.facts import Engaged, Money, OrderCancelled, OrderPlaced
from schemas.history import Kind
from schemas.instant import Instant
from schemas.newest_orders import entries
from schemas.policy import Policy
from schemas.remembered_moves import RememberedMove, pack_moves, unpack_moves
from schemas.rows import OrderRow


class Rewinding:
    """Takes a row that had come to `reached` back to a millisecond before `since`."""

    __slots__ = ("_customer", "_policy", "_touched", "acted", "moves", "reached", "since")

    def __init__(self, customer: Customer, at: int, policy: Policy, longest_stay: int) -> None:
        """Take everything back that acted at an instant or later.

        Where a least stay (of `longest_stay` ms at most) may hold a move, it begins after the move before: why one was
        raised is found anew.
        """
        self._customer = customer
        self._policy = policy
        self._touched: dict[str, OrderRow] = {}
        self.reached = customer.row.at
        remembered = list(unpack_moves(customer.row.moves))
        kept = [move for move in remembered if move.at < at]
        if kept and longest_stay and kept[-1].at + longest_stay >= at:
            at = kept[-1].at + 1
        self.since = at
        self.moves = [move for move in remembered if move.at >= at]
        """What may have to be retracted."""
        self.acted = [*self._undoings(), *self._orders(), *self._engagements()]
        """What acts again."""
        if policy.window_ms is not None:
            self._enter_again(policy.window_ms)
        self._rewind(kept)

    def _undoings(self) -> Iterator[Acting]:
        """Take refunds and cancellations back."""
        customer, start, end = self._customer, self.since, self.reached + 1
        for at, refund_id in list(customer.steps(Kind.REFUND, start, end)):
            refund = customer.known_refund(refund_id)
            yield Acting(at, refund_fact(customer.id, refund_id, refund), again=True)
            if refund.order_id is None:
                add(customer.row, worth_of_free(refund, self.reached, self._policy), -1)
            else:
                order = self._touch(refund.order_id)
                customer.around.put_order(refund.order_id, replace(order, refunded=order.refunded - refund.amount))
            customer.around.put_refund(refund_id, replace(refund, acts_at=0))
        for at, order_id in list(customer.steps(Kind.CANCELLED, start, end)):
            order = self._touch(order_id)
            assert order.cancelled_at is not None, "a step of its cancellation"
            yield Acting(
                at, OrderCancelled(order.cancelled_by, customer.id, Instant(order.cancelled_at), order_id), again=True
            )
            customer.around.put_order(order_id, replace(order, cancelled_at=None, cancelled_by="", cancel_acts_at=0))

    def _touch(self, order_id: str) -> OrderRow:
        order = self._customer.known_order(order_id)
        self._touched.setdefault(order_id, order)
        return order

    def _orders(self) -> Iterator[Acting]:
        """Take orders back, whole or as far as something of them was undone."""
        customer, start, end = self._customer, self.since, self.reached + 1
        for entry in entries(customer.row.newest):
            if start <= entry.at < end:
                order = unpacked(entry, self._policy)
                self._discount(order)
                yield _placed(customer.id, entry.order_id.decode(), order, self._policy)
        for kind in (Kind.COUNTED, Kind.UNCOUNTED, Kind.BEGINS):
            for step in list(customer.steps(kind, start, end)):
                self._touch(step.id)
        for order_id, order in self._touched.items():
            self._discount(order)
            left = customer.known_order(order_id)
            left = replace(left, counted=still_counts(left, self._policy))
            customer.around.put_order(order_id, left)
            if left.begins < start:
                add(customer.row, worth(left, start - 1, self._policy))
                customer.row.counted += left.counted
            elif left.begins < end:
                yield _placed(customer.id, order_id, left, self._policy)

    def _discount(self, order: OrderRow) -> None:
        add(self._customer.row, worth(order, self.reached, self._policy), -1)
        self._customer.row.counted -= order.counted and order.begins <= self.reached

    def _engagements(self) -> Iterator[Acting]:
        customer = self._customer
        for at, occurred_at, event_id, kind in customer.stored.engaged_from(self.since):
            yield Acting(at, Engaged(event_id, customer.id, Instant(occurred_at), kind), again=True)

    def _enter_again(self, window: int) -> None:
        """Let what has left the window since stand inside it again."""
        customer, before = self._customer, self.since - 1
        start, end = before - window, self.reached - window
        touched = {id(customer.known_order(order_id)) for order_id in self._touched}
        for _, order in list(customer.counted_orders(start, end, self._policy)):
            if id(order) not in touched:
                add(customer.row, worth(order, before, self._policy))
        for step in customer.steps(Kind.FREE, start, end):
            refund = customer.known_refund(step.id)
            if refund.acts_at:
                add(customer.row, worth_of_free(refund, before, self._policy))

    def _rewind(self, kept: list[RememberedMove]) -> None:
        """Set the row to where it stood."""
        customer, row, at = self._customer, self._customer.row, self.since
        row.at = at - 1
        row.moves = pack_moves(kept)
        row.segment, row.moved_at = (kept[-1].to, kept[-1].at) if kept else (None, 0)
        row.raised = None
        row.met = bool(kept) or row.counted > 0
        row.engaged = customer.stored.engaged_before(at) if self._policy.engagement_acts else 0
        row.due = at if row.met else 0  # silence looks anew at once
        if row.counted:
            find_ends(customer, at - 1, self._policy)


def _placed(customer_id: str, order_id: str, order: OrderRow, policy: Policy) -> Acting:
    """Tell an order again as it came."""
    foreign = order.currency != policy.currency and order.base is not None
    base = Money(order.base, policy.currency) if foreign else None  # type: ignore[arg-type]  # foreign says so
    total = Money(order.total, order.currency)
    fact = OrderPlaced(order.event_id, customer_id, Instant(order.at), order_id, total, base)
    return Acting(order.begins, fact, again=True)
