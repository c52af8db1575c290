"""A fact whose instant has come in; what it does to a customer, and how it ended, out."""

from typing import assert_never

from mypy_extensions import mypyc_attr

from agents.decisions import claims, ledger, placing, rewarding, undoing
from agents.decisions.agenda import Acting
from agents.decisions.clawing import OrderFact
from agents.decisions.customer import Customer
from agents.decisions.diary import Diary
from agents.decisions.endings import Ending
from agents.decisions.entries import Rewarded
from agents.decisions.explaining import ActingFact
from agents.decisions.products import note_products
from agents.decisions.profiling import take_profile
from agents.decisions.timeline import Timeline
from schemas.facts import (
    REDEEMED,
    Engaged,
    MessageDelivered,
    MessageFailed,
    OrderCancelled,
    OrderPlaced,
    OrderRefunded,
    ProfileChanged,
)
from schemas.policy import Policy


@mypyc_attr(acyclic=True, free_list_len=1)
class Acts:
    """Lets facts act upon one customer, one after another, and decides her rewards where nothing is kept for her."""

    __slots__ = ("_customer", "_diary", "_policy", "_rewards", "_timeline")

    def __init__(
        self,
        customer: Customer,
        timeline: Timeline,
        policy: Policy,
        diary: Diary | None,
        rewards: list[Rewarded] | None,
    ) -> None:
        """`diary`: of a customer whose rewards ask for more than what has just happened.

        `rewards`: where those of all others go; None: nobody asks for them.
        """
        self._customer = customer
        self._timeline = timeline
        self._policy = policy
        self._diary = diary
        self._rewards = rewards

    def act(self, acting: Acting) -> Ending:
        """Let a fact act that was admitted."""
        at, fact, again = acting.at, acting.fact, acting.again
        match fact:
            case OrderPlaced():
                self._open(at, fact)
                ending = self._place(at, fact, again=again)
                self._note_order(acting, fact)
            case OrderRefunded():
                self._open(at, fact)
                self._note_undoing(at, fact, again=again)
                refund = undoing.refund_order if fact.order_id is not None else undoing.refund_freely
                ending = refund(self._customer, fact, at, self._policy)
                self._note_order(acting, fact)
            case OrderCancelled():
                self._open(at, fact)
                self._note_undoing(at, fact, again=again)
                ending = undoing.cancel_order(self._customer, fact, at, self._policy)
                self._note_order(acting, fact)
            case Engaged():
                ending = self._engage(at, fact, again=again)
            case ProfileChanged():
                ending = self._take_profile(fact)
            case MessageDelivered() | MessageFailed():
                ending = self._diary.hear(at, fact) if self._diary is not None else Ending.UNASKED
            case _:
                assert_never(fact)
        return ending

    def order(self, order: OrderPlaced) -> Ending:
        """Admit an order for which nothing waits, and let it act."""
        known = placing.recognise(self._customer, order, self._policy)
        if known is not None:
            return known
        at: int = order.occurred_at
        at = int(at)
        self._open(at, order)
        return self._place_anew(at, order)

    def reward(self) -> None:
        """Decide the rules that wait for what the timeline has brought."""
        timeline = self._timeline
        if self._diary is not None:
            self._diary.settled()
        elif (
            self._rewards is not None
            and not timeline.quiet
            and (timeline.numbered or timeline.unrewarded or timeline.announced)
        ):
            self._rewards += rewarding.decide(self._customer, claims.for_what_came(self._customer, timeline))

    def _open(self, at: int, fact: ActingFact) -> None:
        if self._diary is not None:
            self._diary.come_before(at)
        self._timeline.reach(at)
        self._timeline.acting.append(fact)

    def _note_order(self, acting: Acting, fact: OrderFact) -> None:
        if self._diary is not None:
            self._diary.note_order(acting.at, fact, again=acting.again)

    def _note_undoing(self, at: int, fact: ActingFact, *, again: bool) -> None:
        if self._diary is not None and not again:
            self._diary.note(at, fact)

    def _place(self, at: int, fact: OrderPlaced, *, again: bool) -> Ending:
        customer, policy = self._customer, self._policy
        if not again:
            return self._place_anew(at, fact)
        if placing.counts(customer, fact.order_id, policy):
            base = placing.in_policy_currency(fact, policy)
            placing.count(customer, int(fact.occurred_at), base, at, policy)
        return Ending.APPLIED

    def _place_anew(self, at: int, fact: OrderPlaced) -> Ending:
        in_force = self._timeline.policy
        if fact.products:
            note_products(self._customer, fact, in_force.products)
        if self._diary is not None:
            self._diary.note(at, fact)
        elif in_force.by_occasion.order_values and self._rewards is not None:
            came = claims.for_order_value(fact, at, self._timeline.judge)
            self._rewards += rewarding.decide(self._customer, came)
        return placing.place(self._customer, fact, at, self._policy)

    def _engage(self, at: int, fact: Engaged, *, again: bool) -> Ending:
        if self._diary is not None:
            self._diary.come_before(at)
        if self._policy.engagement_acts:
            self._open(at, fact)
            if fact.kind in self._policy.engagement:
                self._customer.row.engaged = max(self._customer.row.engaged, int(fact.occurred_at))
            if not again:
                acted = (at, int(fact.occurred_at), fact.event_id, fact.kind)
                self._customer.around.engaged_now.append(acted)
        if again:
            return Ending.APPLIED
        if self._diary is not None:
            self._diary.note(at, fact)
        elif self._rewards is not None:
            came = claims.for_engagement(fact, self._timeline.in_force.at(at))
            self._rewards += rewarding.decide(self._customer, came)
            if fact.kind == REDEEMED:
                self._redeem(fact, self._rewards)
        return Ending.APPLIED

    def _redeem(self, fact: Engaged, rewards: list[Rewarded]) -> None:
        """What was granted before can be redeemed, however the log is cut."""
        self._close_before(fact)
        self.reward()
        rewards.append(ledger.redeem(self._customer, fact))

    def _take_profile(self, fact: ProfileChanged) -> Ending:
        """What was earlier is rewarded under the profile that held then, however the log is cut."""
        if self._diary is not None:
            self._diary.come_before_profile(int(fact.occurred_at))
        self._close_before(fact)
        if self._diary is None:
            self.reward()
        ending = take_profile(self._customer, fact)
        if self._diary is not None and ending is Ending.NOTED:
            self._diary.change_profile(int(fact.occurred_at))
        return ending

    def _close_before(self, fact: Engaged | ProfileChanged) -> None:
        if fact.occurred_at > self._timeline.instant:
            self._timeline.close()
