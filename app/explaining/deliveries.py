"""A life in, what became of her messages out: asked for, answered, asked for again, given up, in order."""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, assert_never

from agents.decisions.occasions import Decided
from agents.decisions.steps_taken import Alerted, Answered, GivenUp, Requested, Said, StepTaken, Unsaid
from agents.decisions.whole_life import Lived
from schemas.digests import message_of_reward
from schemas.loyalty_rows import AnswerKind, MessageContent

_WITHHELD: Final = {
    "cap": "a cap is reached",
    "revoked": "its reward has been taken back",
    "expired": "its reward has expired",
}
Outcome = Literal["asked", "asked_again", "given_up", "refused", "withheld"] | AnswerKind


class Delivery(NamedTuple):
    """Something that became of a message, and when."""

    at: int
    content: MessageContent
    channel: str
    """Empty where a cap keeps it back."""
    attempt: int
    """0 where it is withheld."""
    outcome: Outcome
    reason: str | None = None
    """Why it failed, or is withheld."""


def deliveries(lived: Lived) -> list[Delivery]:
    """Give everything of a life, by time."""
    found = [one for entry in lived.rewards if isinstance(entry, Decided) for one in _of_rule(entry)]
    found += [one for step in lived.steps for one in _of_step(step)]
    return sorted(found, key=lambda one: one.at)


def _of_rule(decided: Decided) -> Iterator[Delivery]:
    message, reward = decided.message, decided.reward_id
    if message is not None:
        name, rule = message_of_reward(reward), decided.rule.id
        content = MessageContent(name, decided.at, message.template, {}, rule, reward, None, None)
        yield Delivery(decided.at, content, message.channels[0], 1, "asked")


def _of_step(step: StepTaken) -> Iterator[Delivery]:
    match step:
        case Said():
            message = step.message
            content = MessageContent(step.id, step.at, message.template, {}, None, None, step.journey, step.step)
            yield Delivery(step.at, content, message.channels[0], 1, "asked")
        case Requested():
            outcome: Outcome = "asked_again" if step.again else "asked"
            yield Delivery(step.at, step.content, step.channels[0], step.attempt, outcome)
        case Answered():
            answer = step.answer
            yield Delivery(step.at, step.content, step.channel, step.attempt, answer.kind, answer.reason or None)
        case GivenUp():
            last = step.last
            outcome = "refused" if step.reason is None else "given_up"
            yield Delivery(step.at, step.content, last.channels[0], last.attempt, outcome, step.reason)
        case Unsaid():
            yield Delivery(step.at, step.content, step.channel, 0, "withheld", step.reason)
        case Alerted():
            pass
        case _:
            assert_never(step)


def in_words(one: Delivery) -> str:
    """Say what became of a message."""
    where = f"message {one.content.template} by {one.channel}"
    match one.outcome:
        case "asked":
            return f"{where}: asked for"
        case "asked_again":
            return f"{where}: asked for again (attempt {one.attempt} on this channel)"
        case "delivered":
            return f"{where}: delivered"
        case "failed":
            return f"{where}: attempt {one.attempt} failed for now ({one.reason})"
        case "lost":
            return f"{where}: attempt {one.attempt} failed for good ({one.reason})"
        case "given_up":
            return f"{where}: given up, it failed on every channel ({one.reason})"
        case "withheld":
            return f"message {one.content.template}: not asked for, {_WITHHELD[one.reason or '']}"
        case "refused":
            return f"{where}: not sent, she refuses every channel that is left"
        case _:
            assert_never(one.outcome)
