"""A customer on her journeys, with the facts and the time that pass, in; what their steps ask for out.

Every step is worked at an exact instant, whenever that is noticed: a wait ends at its start and its length, an awaited
fact is awaited up to and including the last millisecond of its time. At one instant facts come before what is due.
Who is on a journey goes on by the policy in force at each instant: from the step, by its name, at which she is. Where
her journey or that step is gone, she leaves it at the end of that step's time.
"""

from collections.abc import Iterator

from agents.decisions.customer import Customer
from agents.decisions.messaging import say
from agents.decisions.occasions import Decided, Occasion
from agents.decisions.rewarding import decide
from agents.decisions.setting_out import SETTING_OUT
from agents.decisions.steps_taken import Alerted, Said
from schemas.digests import digest
from schemas.journeys import Alert, Await, GiveReward, Journey, Say, Wait
from schemas.policy import Policy
from schemas.rows import RunningJourney

Deed = Decided | Said | Alerted
"""What a step asks for."""


def next_step(customer: Customer) -> int:
    """Give the next instant at which a step is over; 0 = she is on no journey."""
    loyalty = customer.loyalty
    return min((running.due for running in loyalty.journeys), default=0) if loyalty is not None else 0


def meet(customer: Customer, fact: str, at: int, policy: Policy) -> list[Deed]:
    """Let a fact act on the journeys that she set out on before its instant: it ends them, or they go on by it."""
    deeds: list[Deed] = []
    loyalty = customer.loyalty
    if fact not in policy.journey_facts or loyalty is None:
        return deeds
    for running in [one for one in loyalty.journeys if one.started_at < at]:
        journey = policy.journey(running.journey)
        if journey is None:
            continue
        if fact in journey.stop_on:
            _leave(customer, running)
        elif (found := journey.steps.get(running.step)) is not None and running.since < at <= running.due:
            act = found.act
            if isinstance(act, Await) and act.fact == fact:
                deeds += _Walk(customer, journey, running, policy).go(act.then, at)
    return deeds


def go_on(customer: Customer, at: int, policy: Policy) -> list[Deed]:
    """End the steps that are over at an instant, in the order in which she set out, and work what follows."""
    deeds: list[Deed] = []
    for running in [one for one in customer.change_loyalty().journeys if one.due == at]:
        journey = policy.journey(running.journey)
        if journey is None:
            _leave(customer, running)
        else:
            deeds += _Walk(customer, journey, running, policy).go(_behind(journey, running.step), at)
    return deeds


def _behind(journey: Journey, name: str) -> str | None:
    """Name the step to which time leads from another; None = there is none, or that one is gone."""
    if name == SETTING_OUT:
        return journey.first
    step = journey.steps.get(name)
    if step is None:
        return None
    return step.act.otherwise if isinstance(step.act, Await) else step.following


def _leave(customer: Customer, running: RunningJourney) -> None:
    customer.change_loyalty().journeys.remove(running)


class _Walk:
    """Works the steps of one journey at one instant, up to the next that takes time."""

    def __init__(self, customer: Customer, journey: Journey, running: RunningJourney, policy: Policy) -> None:
        self._customer = customer
        self._journey = journey
        self._running = running
        self._policy = policy

    def go(self, name: str | None, at: int) -> Iterator[Deed]:
        """Work from a step on; at the end she leaves."""
        while name is not None:
            step = self._journey.steps[name]
            match step.act:
                case Wait(length_ms):
                    self._stay(name, at, length_ms)
                    return
                case Await(within_ms=within_ms):
                    self._stay(name, at, within_ms)
                    return
                case Say() | Alert() if name in self._running.done:
                    pass
                case Say():
                    yield from self._say(step.act, name, at)
                case GiveReward(rule):
                    yield from self._give(rule, name, at)
                case Alert(alert):
                    yield self._alert(alert, name, at)
            name = step.following
        _leave(self._customer, self._running)

    def _stay(self, name: str, at: int, length_ms: int) -> None:
        running = self._running
        running.step, running.since, running.due = name, at, at + length_ms
        self._customer.change_loyalty()

    def _say(self, act: Say, name: str, at: int) -> Iterator[Deed]:
        self._running.done.append(name)
        message = say(self._customer, act.template, act.channels, at, self._policy, self._customer.row.segment)
        if message is not None:
            yield Said(self._customer.id, self._id(name), self._running.journey, name, at, message)

    def _give(self, rule_id: str, name: str, at: int) -> Iterator[Deed]:
        rule = self._policy.reward(rule_id)
        if rule is not None:
            occasion = Occasion(f"{self._running.occasion}\0{name}", at, self._running.cause)
            yield from decide(self._customer, rule, occasion, self._policy)

    def _alert(self, alert: str, name: str, at: int) -> Alerted:
        customer, running = self._customer, self._running
        running.done.append(name)
        identity, segment = self._id(name), customer.row.segment
        return Alerted(customer.id, identity, running.journey, name, at, alert, running.cause, segment)

    def _id(self, name: str) -> str:
        """Derive what tells this step of this journey from every other: the same on every replay."""
        running = self._running
        return digest(f"{self._customer.id}\0journey\0{running.journey}\0{running.occasion}\0{name}")
