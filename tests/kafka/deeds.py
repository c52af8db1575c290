"""What was published of journeys, or the facts of a customer, in; what their steps ask for out, spelled the same."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from agents.decisions.in_force import InForce
from agents.decisions.occasions import Decided
from agents.decisions.steps_taken import Alerted, Said
from agents.decisions.whole_life import Lived, live
from tests.builders import fact_of
from tests.kafka.audit import DECIDED
from tests.kafka.reading import Read


class Deed(NamedTuple):
    """What a step has asked for."""

    customer: str
    id: str
    journey: str
    """That of a reward is not told, nor is its step."""
    step: str
    at: int
    named: str
    """The template, the alert, or the rule and whether it was granted."""
    segment: str | None = None


def published_deeds(
    messages: Iterable[Read], alerts: Iterable[Read], rewards: Iterable[Read], rules: Collection[str]
) -> Iterator[Deed]:
    """Read what steps of journeys have asked for; `rules`: those that only journeys give."""
    for told in (read.payload for read in messages if read.header("ce_type") == "message.requested"):
        if told["journey"] is None:
            continue
        yield Deed(*_whose(told, "message_id"), told["template"], told["fields"].get("segment"))
    for told in (read.payload for read in alerts if read.header("ce_type") == "support.alert"):
        yield Deed(*_whose(told, "alert_id"), told["alert"], told["segment"])
    for read in rewards:
        told, kind = read.payload, read.header("ce_type")
        if told["rule"] in rules and kind in DECIDED:
            named = _named(told["rule"], granted=kind == "reward.granted")
            yield Deed(told["customer_id"], told["reward_id"], "", "", told["effective_at"], named)


def lived(customer: str, events: Iterable[Mapping[str, Any]], in_force: InForce, until: int) -> Lived:
    """Live a customer in full knowledge."""
    return live(customer, [fact_of(event) for event in events], in_force, until)


def deeds_of(customer: str, lived: Lived, rules: Collection[str]) -> Iterator[Deed]:
    """Give what steps ask for in full knowledge."""
    for step in lived.steps:
        if isinstance(step, Said):
            message = step.message
            yield Deed(customer, step.id, step.journey, step.step, step.at, message.template, message.segment)
        elif isinstance(step, Alerted):
            yield Deed(customer, step.id, step.journey, step.step, step.at, step.alert, step.segment)
    for one in lived.rewards:
        if isinstance(one, Decided) and one.rule.id in rules:
            yield Deed(customer, one.reward_id, "", "", one.at, _named(one.rule.id, granted=one.granted))


def _whose(told: Mapping[str, Any], identity: str) -> tuple[str, str, str, str, int]:
    return told["customer_id"], told[identity], told["journey"], told["step"], told["effective_at"]


def _named(rule: str, *, granted: bool) -> str:
    return f"{rule} {'granted' if granted else 'withheld'}"
