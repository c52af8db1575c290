"""A customer's facts in the order of the log in; each told from its repetition, and when the new ones act, out."""

from agents.decisions import placing, waiting
from agents.decisions.agenda import Acting, Applicable
from agents.decisions.customer import Customer
from agents.decisions.endings import Ending
from agents.decisions.engaging import engage
from schemas.facts import (
    Engaged,
    MessageDelivered,
    MessageFailed,
    OrderCancelled,
    OrderPlaced,
    OrderRefunded,
    ProfileChanged,
)
from schemas.newest_orders import find
from schemas.policy import Policy


class Admission:
    """Admits facts to one decision; their identities are taken from here on."""

    __slots__ = ("_cancelled", "_customer", "_placed", "_policy", "_reached", "agenda", "ancient", "late")

    def __init__(self, customer: Customer, policy: Policy) -> None:
        self._customer = customer
        self._policy = policy
        self._reached = customer.row.at
        self._placed: dict[str, OrderPlaced] = {}
        self._cancelled: dict[str, OrderCancelled] = {}
        self.agenda: list[Acting] = []
        self.late = 0
        """Facts older than what their customer has reached, or in the very millisecond of a move of hers."""
        self.ancient = 0
        """Those of them that are older than the horizon: they act now and rewrite nothing."""

    def admit(self, fact: Applicable) -> Ending | None:
        """Recognise a fact or put it on the agenda; None: how it ends will be seen when it acts."""
        match fact:
            case OrderPlaced():
                return self._admit_order(fact)
            case OrderRefunded():
                return self._admit_refund(fact)
            case OrderCancelled():
                return self._admit_cancellation(fact)
            case Engaged():
                return self._admit_engagement(fact)
            case ProfileChanged() | MessageDelivered() | MessageFailed():
                self.agenda.append(Acting(int(fact.occurred_at), fact))
                return None

    def acts_at(self, occurred_at: int) -> int:
        """Say when a fact acts: at its own instant, unless it is older than the horizon or than this life."""
        row = self._customer.row
        at = max(row.floor, occurred_at)
        if at > self._reached:
            return at
        if at < self._reached - self._policy.horizon_ms:
            self.late += 1
            self.ancient += self._policy.horizon_ms > 0
            return self._reached + (self._reached == row.moved_at)
        self.late += at < self._reached or at == row.moved_at
        if not self._policy.horizon_ms and at == row.moved_at:
            return at + 1
        return at

    def _admit_order(self, fact: OrderPlaced) -> Ending | None:
        known = placing.recognise(self._customer, fact, self._policy) or self._repeats(fact)
        if known is not None:
            return known
        at = self.acts_at(int(fact.occurred_at))
        self.agenda.append(Acting(at, fact))
        self._placed[fact.order_id] = fact
        if self._customer.row.waiting:
            for undoing in waiting.release(self._customer, fact.order_id):
                if isinstance(undoing, OrderRefunded) and undoing.amount.currency != fact.total.currency:
                    continue
                if isinstance(undoing, OrderCancelled):
                    self._cancelled[fact.order_id] = undoing
                self.agenda.append(Acting(max(at, int(undoing.occurred_at)), undoing, ended=True))
        return None

    def _repeats(self, fact: OrderPlaced) -> Ending | None:
        """Tell an order from one of the same decision."""
        first = self._placed.get(fact.order_id)
        if first is None:
            return None
        base = placing.in_policy_currency
        same = (first.occurred_at, first.total, base(first, self._policy)) == (
            fact.occurred_at,
            fact.total,
            base(fact, self._policy),
        )
        return Ending.DUPLICATE if same else Ending.CONFLICTING

    def _admit_refund(self, fact: OrderRefunded) -> Ending | None:
        known = waiting.recognise_refund(self._customer, fact)
        if known is not None:
            return known
        waiting.remember_refund(self._customer, fact)
        if fact.order_id is None:
            self.agenda.append(Acting(self.acts_at(int(fact.occurred_at)), fact))
            return None
        order = self._order(fact.order_id)
        if order is None:
            waiting.wait_for_order(self._customer, fact)
            return Ending.WAITING
        begins, currency = order
        if currency != fact.amount.currency:
            return Ending.FOREIGN
        self.agenda.append(Acting(max(begins, self.acts_at(int(fact.occurred_at))), fact))
        return None

    def _admit_cancellation(self, fact: OrderCancelled) -> Ending | None:
        known = waiting.recognise_cancellation(self._customer, fact)
        first = self._cancelled.get(fact.order_id)
        if first is not None:
            known = Ending.DUPLICATE if first.occurred_at == fact.occurred_at else Ending.CONFLICTING
        if known is not None:
            return known
        order = self._order(fact.order_id)
        if order is None:
            waiting.wait_for_order(self._customer, fact)
            return Ending.WAITING
        self._cancelled[fact.order_id] = fact
        self.agenda.append(Acting(max(order[0], self.acts_at(int(fact.occurred_at))), fact))
        return None

    def _order(self, order_id: str) -> tuple[int, str] | None:
        """Find when an order begins, and its currency; None when it is unknown."""
        for acting in self.agenda if order_id in self._placed else ():
            if acting.fact is self._placed[order_id]:
                return acting.at, self._placed[order_id].total.currency
        entry = find(self._customer.row.newest, order_id.encode())
        if entry is not None:
            return entry.at, self._policy.currency
        order = self._customer.order(order_id)
        return (order.begins, order.currency) if order is not None else None

    def _admit_engagement(self, fact: Engaged) -> Ending | None:
        ending = engage(self._customer, fact, self._policy)
        if ending is not Ending.APPLIED:
            return ending
        acts = self._policy.engagement_acts
        self.agenda.append(Acting(self.acts_at(int(fact.occurred_at)) if acts else int(fact.occurred_at), fact))
        return None
