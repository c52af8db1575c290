"""The journeys of a policy in; what is odd about them out."""

from collections.abc import Iterator

from schemas.closed import Mistake
from schemas.journeys import Await, Journey, Wait
from schemas.policy import Policy

NEVER = frozenset({"erased"})
"""Facts that nobody on a journey lives to see."""


def journey_warnings(policy: Policy) -> Iterator[Mistake]:
    """Tell of journeys that take all their steps at once, and of steps that nobody comes to, each with its place."""
    for index, journey in enumerate(policy.journeys):
        for message in _odd(journey, policy):
            yield ("journeys", index), message


def _odd(journey: Journey, policy: Policy) -> Iterator[str]:
    if not any(isinstance(step.act, Wait | Await) for step in journey.steps.values()):
        yield f"journey {journey.id} never waits: all its steps are taken at once"
    ending = journey.stop_on | NEVER
    for step in journey.steps.values():
        if isinstance(step.act, Await) and step.act.fact in ending and step.act.then != step.following:
            yield f"journey {journey.id}: nobody comes to step {step.act.then}: {step.act.fact} ends the journey"
    yield from _idle(journey, policy)


def _idle(journey: Journey, policy: Policy) -> Iterator[str]:
    """Tell of rewards that do not run in this version: their steps do nothing."""
    for rule in sorted(journey.rewards):
        if policy.reward(rule) is None:
            yield f"journey {journey.id}: {rule} gives nothing in this version"
