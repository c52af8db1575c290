"""A customer on her journeys, with the facts and the time that pass, in; what their steps ask for out.

Every step is worked at an exact instant, whenever that is noticed: a wait ends at its start and its length, an awaited
fact is awaited up to and including the last millisecond of its time. At one instant facts come before what is due.
Who is on a journey goes on by the policy in force at each instant: from the step, by its name, at which she is. Where
her journey or that step is gone, she leaves it at the end of that step's time. What she set out on may be taken back
by a late fact: that ends nothing, `stop_on` does.
"""

from agents.decisions.claims import Claim
from agents.decisions.customer import Customer
from agents.decisions.delivering import take_up
from agents.decisions.entries import Rewarded
from agents.decisions.in_force import InForce
from agents.decisions.judging import Judge
from agents.decisions.limits import note_under, over_cap
from agents.decisions.message_fields import fields_of
from agents.decisions.messaging import say
from agents.decisions.occasions import Occasion
from agents.decisions.rewarding import decide
from agents.decisions.setting_out import SETTING_OUT
from agents.decisions.steps_taken import Alerted, Said, StepTaken, Unsaid
from schemas.digests import digest
from schemas.journeys import Alert, Await, GiveReward, Journey, Say, Wait
from schemas.loyalty_rows import MessageContent, RunningJourney
from schemas.policy import Policy


class Travels:
    """The journeys of one customer; what their steps ask for collects in `rewards` and `steps`."""

    __slots__ = ("_customer", "_rewards", "_steps", "in_force")

    def __init__(self, customer: Customer, in_force: InForce, rewards: list[Rewarded], steps: list[StepTaken]) -> None:
        self._customer = customer
        self.in_force = in_force
        """The policies by which she travels, each from its instant on."""
        self._rewards = rewards
        self._steps = steps

    def meet(self, fact: str, at: int, judge: Judge) -> None:
        """Let a fact act on what she set out on before its instant: it ends that, or she goes on by it."""
        loyalty, policy = self._customer.loyalty, judge.policy
        if loyalty is None or fact not in policy.journey_facts:
            return
        for running in [one for one in loyalty.journeys if one.started_at < at]:
            journey = policy.journey(running.journey)
            if journey is None:
                continue
            if fact in journey.stop_on:
                self._leave(running)
                continue
            awaited = _awaited(journey, running.step)
            if awaited is not None and awaited.fact == fact and running.since < at <= running.due:
                self._walk(running, journey, awaited.then, at, judge)

    def go_on(self, until: int) -> None:
        """End every step that is over by an instant, and work what follows; whoever has set out begins at once."""
        loyalty = self._customer.loyalty
        if loyalty is None or not loyalty.journeys:
            return
        journeys = loyalty.journeys
        for running in [*journeys]:
            while running in journeys and (running.due <= until or running.step == SETTING_OUT):
                self._end_step(running)

    def tell(self, taken: StepTaken | None) -> None:
        """Add what becomes of a message to what steps ask for."""
        if taken is not None:
            self._steps.append(taken)

    def end(self) -> None:
        """Leave every journey."""
        loyalty = self._customer.loyalty
        if loyalty is not None and loyalty.journeys:
            self._customer.change_loyalty().journeys.clear()

    def _end_step(self, running: RunningJourney) -> None:
        at = running.due
        judge = self.in_force.at(at)
        journey = judge.policy.journey(running.journey)
        if journey is None:
            self._leave(running)
        else:
            self._walk(running, journey, _behind(journey, running.step), at, judge)

    def _walk(self, running: RunningJourney, journey: Journey, name: str | None, at: int, judge: Judge) -> None:
        """Work steps at one instant, from one on, up to the next that takes time; behind the last she leaves."""
        while name is not None:
            step = journey.steps[name]
            match step.act:
                case Wait(length_ms=length_ms):
                    self._stay(running, name, at, length_ms)
                    return
                case Await(within_ms=within_ms):
                    self._stay(running, name, at, within_ms)
                    return
                case GiveReward(rule=rule):
                    self._give(running, rule, name, at, judge)
                case Say() | Alert():
                    self._tell(running, step.act, name, at, judge.policy)
            name = step.following
        self._leave(running)

    def _stay(self, running: RunningJourney, name: str, at: int, length_ms: int) -> None:
        running.step, running.since, running.due = name, at, at + length_ms
        self._customer.change_loyalty()

    def _leave(self, running: RunningJourney) -> None:
        self._customer.change_loyalty().journeys.remove(running)

    def _give(self, running: RunningJourney, rule_id: str, name: str, at: int, judge: Judge) -> None:
        rule = judge.policy.reward(rule_id)
        if rule is not None:
            occasion = Occasion(f"{running.occasion}\0{name}", at, running.cause)
            self._rewards += decide(self._customer, [Claim(rule, occasion, judge)])

    def _tell(self, running: RunningJourney, act: Say | Alert, name: str, at: int, policy: Policy) -> None:
        """Ask for a message or an alert; a message to whom no channel is left is none."""
        customer, journey = self._customer, running.journey
        if name in running.done:
            return
        running.done.append(name)
        identity = digest(f"{customer.id}\0journey\0{journey}\0{running.occasion}\0{name}")
        segment = customer.row.segment
        if isinstance(act, Alert):
            cause = running.cause
            self._steps.append(Alerted(customer.id, identity, journey, name, at, act.alert, cause, segment))
            return
        message = say(customer, act, at, policy, segment)
        if message is None:
            return
        if over_cap(customer, policy.message_caps, at, policy):
            kept_back = MessageContent(identity, at, act.template, {}, None, None, journey, name)
            self._steps.append(Unsaid(customer.id, kept_back, "cap", at))
            return
        note_under(customer, policy.message_caps, at)
        if policy.follows_messages:
            content = MessageContent(identity, at, act.template, fields_of(message), None, None, journey, name)
            message = take_up(customer, message, content, at, policy)
        if message is not None:
            self._steps.append(Said(customer.id, identity, journey, name, at, message))


def _awaited(journey: Journey, name: str) -> Await | None:
    """Give what a step awaits, if it does."""
    step = journey.steps.get(name)
    return step.act if step is not None and isinstance(step.act, Await) else None


def _behind(journey: Journey, name: str) -> str | None:
    """Name the step to which time leads from another; None = there is none, or that one is gone."""
    if name == SETTING_OUT:
        return journey.first
    step = journey.steps.get(name)
    if step is None:
        return None
    return step.act.otherwise if isinstance(step.act, Await) else step.following
