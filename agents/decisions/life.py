"""A customer's facts and the passing of time in; how each fact ended, her moves and her rewards out."""

from collections.abc import Sequence

from agents.decisions import placing, rewarding, undoing
from agents.decisions.customer import Customer
from agents.decisions.endings import Ending
from agents.decisions.engaging import engage
from agents.decisions.profiling import take_profile
from agents.decisions.rewarding import Decided
from agents.decisions.timeline import Timeline
from schemas.facts import (
    CustomerErased,
    Engaged,
    Fact,
    OrderCancelled,
    OrderPlaced,
    OrderRefunded,
    ProfileChanged,
)
from schemas.policy import Policy
from schemas.transitions import Cause


class Life:
    """Lives one customer on; what comes of it collects in `endings`, `rewards` and the timeline."""

    __slots__ = ("_customer", "_policy", "_rewarded", "endings", "rewards", "timeline")

    def __init__(self, customer: Customer, policy: Policy) -> None:
        self._customer = customer
        self._policy = policy
        self._rewarded = 0
        self.timeline = Timeline(customer, policy)
        self.endings: list[Ending] = []
        self.rewards: list[Decided] = []

    def take(self, facts: Sequence[Fact]) -> Sequence[Fact]:
        """Apply facts in the order of the log; those of one millisecond are judged together.

        An erasure ends a life: gives the facts behind it, which are those of the next one.
        """
        erased_at = self._customer.row.erased_at
        for number, fact in enumerate(facts, 1):
            if erased_at and fact.occurred_at < erased_at:
                self.endings.append(Ending.ERASED)
                continue
            self.endings.append(self._take(fact))
            if self._customer.erased:
                return facts[number:]
        self.timeline.close()
        if self.timeline.moves or self.timeline.firsts:
            self._reward()
        return ()

    def pass_time(self, until: int) -> None:
        """Make every move that silence alone has brought up to and including an instant."""
        self.timeline.pass_time(until)
        self._reward()

    def _take(self, fact: Fact) -> Ending:
        match fact:
            case OrderPlaced():
                return placing.recognise(self._customer, fact, self._policy) or self._place(fact)
            case OrderRefunded():
                return undoing.recognise_refund(self._customer, fact) or self._refund(fact)
            case OrderCancelled():
                known = undoing.recognise_cancellation(self._customer, fact)
                return known or self._undo(fact, int(fact.occurred_at))
            case Engaged():
                return self._engage(fact)
            case ProfileChanged():
                return self._take_profile(fact)
            case CustomerErased():
                return self._erase(fact)

    def _place(self, fact: OrderPlaced) -> Ending:
        self.timeline.reach(int(fact.occurred_at))
        ending = placing.place(self._customer, fact, self._policy)
        self.timeline.acting.append(fact)
        if self._customer.row.waiting:
            self._release(fact.order_id)
        return ending

    def _refund(self, fact: OrderRefunded) -> Ending:
        undoing.remember_refund(self._customer, fact)
        return self._undo(fact, int(fact.occurred_at))

    def _undo(self, fact: OrderRefunded | OrderCancelled, acts_at: int) -> Ending:
        """Apply a refund or cancellation, or let it wait for its order."""
        customer, policy, timeline = self._customer, self._policy, self.timeline
        if fact.order_id is None:
            assert isinstance(fact, OrderRefunded)
            timeline.reach(acts_at)
            timeline.acting.append(fact)
            return undoing.refund_freely(customer, fact, policy)
        order = undoing.detach(customer, fact.order_id, policy)
        if order is None:
            undoing.wait_for_order(customer, fact)
            return Ending.WAITING
        if isinstance(fact, OrderRefunded) and fact.amount.currency != order.currency:
            return Ending.FOREIGN
        timeline.reach(acts_at)
        timeline.acting.append(fact)
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
            self._undo(fact, max(int(fact.occurred_at), self.timeline.instant))

    def _engage(self, fact: Engaged) -> Ending:
        ending = engage(self._customer, fact, self._policy)
        if ending is Ending.APPLIED:
            self.rewards += rewarding.for_engagement(self._customer, fact, self._policy)
        return ending

    def _take_profile(self, fact: ProfileChanged) -> Ending:
        """What was earlier is rewarded under the profile that held then, however the log is cut."""
        if fact.occurred_at > self.timeline.instant:
            self.timeline.close()
        self._reward()
        return take_profile(self._customer, fact)

    def _erase(self, fact: CustomerErased) -> Ending:
        """End this life at the instant of the erasure, or where it has come to already."""
        row = self._customer.row
        if fact.occurred_at <= row.erased_at:
            return Ending.DUPLICATE
        self.timeline.reach(int(fact.occurred_at))
        self.timeline.leave(Cause(type="erasure", event_id=fact.event_id))
        self._reward()
        row.erased_at = int(fact.occurred_at)
        self._customer.erased = True
        return Ending.APPLIED

    def _reward(self) -> None:
        """Decide the rules that wait for what the timeline has brought."""
        timeline, customer, policy = self.timeline, self._customer, self._policy
        if policy.first_order_rules:
            for at, cause in timeline.firsts:
                self.rewards += rewarding.for_first_order(customer, at, cause, policy)
        timeline.firsts.clear()
        if policy.transition_rules:
            for move in timeline.moves[self._rewarded :]:
                self.rewards += rewarding.for_move(customer, move, policy)
        self._rewarded = len(timeline.moves)
