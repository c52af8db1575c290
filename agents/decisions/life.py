"""A customer's facts and the passing of time in; how each fact ended, her moves and her rewards out."""

from collections.abc import Sequence

from mypy_extensions import mypyc_attr

from agents.decisions.acts import Acts
from agents.decisions.admission import Admission
from agents.decisions.agenda import Acting, Applicable, come_in_order, place_in_time
from agents.decisions.customer import Customer
from agents.decisions.diary import Diary
from agents.decisions.endings import Ending
from agents.decisions.entries import Rewarded
from agents.decisions.late import rewrite
from agents.decisions.rewinding import Rewinding
from agents.decisions.steps_taken import StepTaken
from agents.decisions.timeline import Timeline
from schemas.facts import (
    CustomerErased,
    Engaged,
    Fact,
    MessageDelivered,
    MessageFailed,
    OrderPlaced,
    ProfileChanged,
)
from schemas.policy import Policy
from schemas.transitions import Cause


@mypyc_attr(acyclic=True, free_list_len=1)
class Life:
    """Lives one customer on; what comes of it collects in `endings`, `rewards` and the timeline."""

    __slots__ = (
        "_acts",
        "_customer",
        "_diary",
        "_policy",
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
        attentive = rewarded and (timeline.in_force.attentive or customer.row.booked or customer.row.loyalty)
        self._diary = Diary(customer, timeline, self.rewards, self.steps) if attentive else None
        self._acts = Acts(customer, timeline, policy, self._diary, self.rewards if rewarded else None)
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
        self._acts.reward()

    def pass_time(self, until: int) -> None:
        """Make everything that silence alone has brought up to and including an instant."""
        if self._diary is not None:
            self._diary.pass_before(until + 1)
        else:
            self.timeline.pass_time(until)
        self._acts.reward()

    def _take_next(self, facts: Sequence[Fact]) -> None:
        """Let facts act as they come: nearly all do so, and come to what an agenda of them would."""
        customer, admission = self._customer, None
        for fact in facts:
            if isinstance(fact, OrderPlaced) and not customer.row.waiting:
                self.endings.append(self._acts.order(fact))
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
        self._acts.reward()

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
        self._acts.reward()

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
        self._acts.reward()
        if self._diary is not None:
            self._diary.lived_again(rewinding.since, met_at)
        return [acting for acting in agenda if acting.at > reached]

    def _moves_her(self, fact: Applicable) -> bool:
        if isinstance(fact, Engaged):
            return self._policy.engagement_acts
        return not isinstance(fact, ProfileChanged | MessageDelivered | MessageFailed)

    def _act(self, acting: Acting) -> None:
        """Let a fact act; how one ended that has acted before, or has waited for its order, is told already."""
        ending = self._acts.act(acting)
        if not (acting.again or acting.ended):
            self.endings.append(ending)

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
        self._acts.reward()
        row.erased_at = int(fact.occurred_at)
        self._customer.erased = True
