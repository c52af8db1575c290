"""A life in, the messages that were asked for in it out; answers to them find theirs by its template."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from agents.decisions.occasions import Decided
from agents.decisions.steps_taken import Requested, Said
from agents.decisions.whole_life import Lived, live
from schemas.digests import message_of_reward
from schemas.facts import Fact, MessageDelivered, MessageFailed
from schemas.policy import Policy


class Asked(NamedTuple):
    """A message that was asked for, and when."""

    at: int
    id: str
    template: str
    channel: str


def asked_of_rule(decided: Decided) -> Iterator[Asked]:
    """Give the message that a rule asked for at the instant of its occasion, if it did."""
    message = decided.message
    if message is not None:
        name = message_of_reward(decided.reward_id)
        yield Asked(decided.at, name, message.template, message.channels[0])


def asked_by_step(lived: Lived) -> Iterator[Asked]:
    """Give the messages of journeys, and all that were asked for later or again."""
    for step in lived.steps:
        if isinstance(step, Said):
            yield Asked(step.at, step.id, step.message.template, step.message.channels[0])
        elif isinstance(step, Requested):
            yield Asked(step.at, step.id, step.content.template, step.channels[0])


class Unasked(NamedTuple):
    """An answer to a message that nobody has asked for by then."""

    place: int
    """Of the fact."""
    template: str


def name_messages(customer: str, facts: Sequence[Fact], policy: Policy) -> tuple[list[Fact], list[Unasked]]:
    """Let each answer, which names a template, name the newest request for that; and give those that cannot."""
    named, unasked = list(facts), list[Unasked]()
    answers = [place for place, fact in enumerate(facts) if isinstance(fact, MessageDelivered | MessageFailed)]
    waiting = set(answers)
    for place in sorted(answers, key=lambda place: int(facts[place].occurred_at)):
        fact = facts[place]
        assert isinstance(fact, MessageDelivered | MessageFailed)
        known = [one for other, one in enumerate(named) if other not in waiting]
        lived = live(customer, known, policy, int(fact.occurred_at))
        of_rules = [one for decided in lived.rewards if isinstance(decided, Decided) for one in asked_of_rule(decided)]
        fitting = [one for one in (*of_rules, *asked_by_step(lived)) if one.template == fact.message_id]
        if fitting:
            named[place] = replace(fact, message_id=max(fitting).id)
            waiting.remove(place)
        else:
            unasked.append(Unasked(place, fact.message_id))
    return named, unasked
