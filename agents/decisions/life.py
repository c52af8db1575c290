"""A customer's facts and the passing of time in; how each fact ended, her moves and her rewards out."""

from collections.abc import Sequence
from typing import assert_never

from mypy_extensions import mypyc_attr

from agents.decisions import claims, ledger, placing, rewarding, undoing
from agents.decisions.admission import Admission
from agents.decisions.agenda import Acting, Applicable, come_in_order, place_in_time
from agents.decisions.clawing import OrderFact
from agents.decisions.customer import Customer
from agents.decisions.diary import Diary
from agents.decisions.endings import Ending
from agents.decisions.entries import Rewarded
from agents.decisions.explaining import ActingFact
from agents.decisions.late import rewrite
from agents.decisions.products import note_products
from agents.decisions.profiling import take_profile
from agents.decisions.rewinding import Rewinding
from agents.decisions.steps_taken import StepTaken
from agents.decisions.timeline import Timeline
from schemas.facts import (
    REDEEMED,
    CustomerErased,
    Engaged,
    Fact,
    MessageDelivered,
    MessageFailed,
    OrderCancelled,
    OrderPlaced,
    OrderRefunded,
    ProfileChanged,
)
from schemas.policy import Policy
from schemas.transitions import Cause


@mypyc_attr(acyclic=True, free_list_len=1)
class Life:
    """Lives one customer on; what comes of it collects in `endings`, `rewards` and the timeline."""

    __slots__ = (
        "_customer",
        "_diary",
        "_policy",
        "_rewarded",
        "ancient",
        "endings",
        "late",
        "rewards",
        "steps",
        "timeline",
    )

    def __init__(self, customer: Customer, timeline: Timeline, policy: Policy, *, rewarded: bool = True) -> None:
        """`rewarded`: whether anybody asks for her rewards."""
        self._customer = customer
        self._policy = policy
        self.timeline = timeline
        self.endings: list[Ending] = []
        self.rewards: list[Rewarded] = []
        self.steps: list[StepTaken] = []
        """What journeys ask for besides rewards, and what becomes of messages."""
        self._rewarded = rewarded
        attentive = rewarded and (timeline.in_force.attentive or customer.row.booked or customer.row.loyalty)
        self._diary = Diary(customer, timeline, self.rewards, self.steps) if attentive else None
        self.late = 0
        self.ancient = 0

    def take(self, facts: Sequence[Fact]) -> Sequence[Fact]:
        """Admit facts in the order of the log and let them act in that of their instants.

        An erasure ends a life: gives the facts behind it, which are those of the next one.
        """
        if come_in_order(facts, self._customer.row):
            self._take_next(facts)
            return ()
        admission, erased_at = Admission(self._customer, self._policy), self._customer.row.erased_at
        left: Sequence[Fact] = ()
        erasure: CustomerErased | None = None
        for number, fact in enumerate(facts, 1):
            ending: Ending | None
            if erased_at and fact.occurred_at < erased_at:
                ending = Ending.ERASED
            elif isinstance(fact, CustomerErased):
                ending = Ending.DUPLICATE if fact.occurred_at <= erased_at else Ending.APPLIED
                if ending is Ending.APPLIED:
                    erasure, left = fact, facts[number:]
            else:
                ending = admission.admit(fact)
            if ending is not None:
                self.endings.append(ending)
            if erasure is not None:
                break
        self.late, self.ancient = admission.late, admission.ancient
        self._live(admission.agenda)
        if erasure is not None:
            self._erase(erasure)
        return left

    def come_to(self, at: int) -> None:
        """Let time pass up to an instant, and the row stand at it."""
        if self._diary is not None:
            self._diary.pass_before(at + 1)
        self.timeline.come_to(at)
        self._reward()

    def _take_next(self, facts: Sequence[Fact]) -> None:
        """Let facts act as they come: nearly all do so, and come to what an agenda of them would."""
        customer, admission = self._customer, None
        for fact in facts:
            if isinstance(fact, OrderPlaced) and not customer.row.waiting:
                self._order(fact)
                continue
            assert not isinstance(fact, CustomerErased), "it is not next"
            admission = admission or Admission(customer, self._policy)
            ending = admission.admit(fact)
            if ending is not None:
                self.endings.append(ending)
            for acting in admission.agenda:
                self._act(acting)
            admission.agenda.clear()
        self.timeline.close()
        self._reward()

    def _order(self, order: OrderPlaced) -> None:
        """Admit an order for which nothing waits, and let it act."""
        known = placing.recognise(self._customer, order, self._policy)
        if known is not None:
            self.endings.append(known)
            return
        at: int = order.occurred_at
        at = int(at)
        self._open(at, order)
        self.endings.append(self._place_anew(at, order))

    def pass_time(self, until: int) -> None:
        """Make everything that silence alone has brought up to and including an instant."""
        if self._diary is not None:
            self._diary.pass_before(until + 1)
        else:
            self.timeline.pass_time(until)
        self._reward()

    def _live(self, agenda: list[Acting]) -> None:
        """Let facts act in the order of their instants; what a late one touches is lived once more."""
        row = self._customer.row
        if len(agenda) > 1:
            agenda.sort(key=place_in_time)
        if self._policy.horizon_ms and agenda and agenda[0].at <= row.at:
            late = [acting for acting in agenda if acting.at <= row.at and self._moves_her(acting.fact)]
            if late:
                agenda = self._relive(agenda, late)
        for acting in agenda:
            self._act(acting)
        self.timeline.close()
        self._reward()

    def _relive(self, agenda: list[Acting], late: list[Acting]) -> list[Acting]:
        """Go back to the first late fact and live again up to where she had come; gives what lies behind that."""
        timeline, reached = self.timeline, self._customer.row.at
        stood = timeline.judge.measure(self._customer.row, reached)
        rewinding = Rewinding(self._customer, late[0].at, self._policy, timeline.in_force.longest_stay)
        timeline.restart()
        together = sorted([*rewinding.acted, *agenda], key=place_in_time)
        met_at = 0 if self._customer.row.met else together[0].at
        for acting in together:
            if acting.at <= reached:
                self._act(acting)
        timeline.close()
        timeline.come_to(reached)
        cause = rewrite(self._customer, timeline, rewinding, late, self._policy)
        timeline.watch(reached, stood, cause)
        self._reward()
        if self._diary is not None:
            self._diary.lived_again(rewinding.since, met_at)
        return [acting for acting in agenda if acting.at > reached]

    def _moves_her(self, fact: Applicable) -> bool:
        if isinstance(fact, Engaged):
            return self._policy.engagement_acts
        return not isinstance(fact, ProfileChanged | MessageDelivered | MessageFailed)

    def _act(self, acting: Acting) -> None:
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
        if not (again or acting.ended):
            self.endings.append(ending)

    def _note_order(self, acting: Acting, fact: OrderFact) -> None:
        if self._diary is not None:
            self._diary.note_order(acting.at, fact, again=acting.again)

    def _open(self, at: int, fact: ActingFact) -> None:
        if self._diary is not None:
            self._diary.come_before(at)
        self.timeline.reach(at)
        self.timeline.acting.append(fact)

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
        in_force = self.timeline.policy
        if fact.products:
            note_products(self._customer, fact, in_force.products)
        if self._diary is not None:
            self._diary.note(at, fact)
        elif in_force.by_occasion.order_values and self._rewarded:
            came = claims.for_order_value(fact, at, self.timeline.judge)
            self.rewards += rewarding.decide(self._customer, came)
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
        if not again and self._diary is not None:
            self._diary.note(at, fact)
        elif not again and self._rewarded:
            came = claims.for_engagement(fact, self.timeline.in_force.at(at))
            self.rewards += rewarding.decide(self._customer, came)
            if fact.kind == REDEEMED:
                self._redeem(fact)
        return Ending.APPLIED

    def _redeem(self, fact: Engaged) -> None:
        """What was granted before can be redeemed, however the log is cut."""
        if fact.occurred_at > self.timeline.instant:
            self.timeline.close()
        self._reward()
        self.rewards.append(ledger.redeem(self._customer, fact))

    def _take_profile(self, fact: ProfileChanged) -> Ending:
        """What was earlier is rewarded under the profile that held then, however the log is cut."""
        if self._diary is not None:
            self._diary.come_before_profile(int(fact.occurred_at))
        if fact.occurred_at > self.timeline.instant:
            self.timeline.close()
        if self._diary is None:
            self._reward()
        ending = take_profile(self._customer, fact)
        if self._diary is not None and ending is Ending.NOTED:
            self._diary.change_profile(int(fact.occurred_at))
        return ending

    def _erase(self, fact: CustomerErased) -> None:
        """End this life at the instant of the erasure, or where it has come to already."""
        row = self._customer.row
        self.late += fact.occurred_at < row.at
        end = max(int(fact.occurred_at), row.at + (row.at == row.moved_at))
        if self._diary is not None:
            self._diary.come_before(end)
            self._diary.end_journeys()
        self.timeline.reach(end)
        self.timeline.leave(Cause(type="erasure", event_id=fact.event_id))
        self._reward()
        row.erased_at = int(fact.occurred_at)
        self._customer.erased = True

    def _reward(self) -> None:
        """Decide the rules that wait for what the timeline has brought."""
        timeline = self.timeline
        if self._diary is not None:
            self._diary.settled()
        elif self._rewarded and not timeline.quiet and (timeline.numbered or timeline.unrewarded or timeline.announced):
            self.rewards += rewarding.decide(self._customer, claims.for_what_came(self._customer, timeline))
