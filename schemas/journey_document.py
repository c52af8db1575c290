"""The shape of the journeys of a policy document: linear steps, and one branch after another."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, model_validator

from schemas.closed import Closed, Distinct, Kind, Mistake, Name, Stretch, Text
from schemas.journeys import Act, Alert, Await, GiveReward, Journey, JourneyStep, Say, Wait
from schemas.occasion_document import OccasionDocument
from schemas.references import References
from schemas.reward_rules import RewardRule

_STEPS: Final = ("message", "wait", "reward", "alert", "branch")
_ONE_STEP: Final[Any] = {"oneOf": [{"required": [name]} for name in _STEPS]}


class StepMessage(Closed):
    """What is said."""

    template: Text
    channels: Annotated[list[Name], Field(min_length=1), Distinct] | None = None
    """In the order of preference; the one she prefers unless given."""


class Branch(Closed):
    """Wait for a fact: steps for those of whom it comes, steps for the others."""

    on: Kind
    """order_placed, order_cancelled, order_refunded, or a kind of engagement."""
    within: Stretch
    """How long it is waited for."""
    then: list["Step"] = Field([])
    otherwise: list["Step"] = Field([])

    @model_validator(mode="after")
    def _a_way(self) -> "Branch":
        if not self.then and not self.otherwise:
            raise ValueError("give then, otherwise or both")
        return self


class Step(Closed):
    """One thing after another: exactly one of message, wait, reward, alert, branch."""

    model_config = ConfigDict(json_schema_extra=_ONE_STEP)

    id: Name | None = None
    """Customers inside find the step by it when the journey changes; unless given by its place, as in 3.then.1."""
    message: StepMessage | None = None
    wait: Stretch | None = None
    reward: Name | None = None
    """The id of a reward rule."""
    alert: Text | None = None
    """People in the shop are told to look after her: what it is called."""
    branch: Branch | None = None

    @model_validator(mode="after")
    def _one_step(self) -> "Step":
        if sum(getattr(self, name) is not None for name in _STEPS) != 1:
            raise ValueError(f"give exactly one of {', '.join(_STEPS)}")
        return self

    def rewards(self) -> Iterator[str]:
        """Name the reward rules that it and the steps in it give."""
        if self.reward is not None:
            yield self.reward
        if self.branch is not None:
            for step in (*self.branch.then, *self.branch.otherwise):
                yield from step.rewards()

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell what it names that is not there."""
        if self.reward is not None and self.reward not in names.budget_of:
            yield ("reward",), f"there is no reward {self.reward}"
        if self.branch is None:
            return
        if not names.knows_fact(self.branch.on):
            yield ("branch", "on"), _no_fact(self.branch.on)
        for way, steps in (("then", self.branch.then), ("otherwise", self.branch.otherwise)):
            for place, message in _of_steps(steps, names):
                yield ("branch", way, *place), message


class JourneyDocument(Closed):
    """Steps that a customer goes through from an occasion on."""

    id: Name
    on: OccasionDocument
    """What starts it."""
    stop_on: Annotated[list[Kind], Distinct] = Field([])
    """Facts that end it: order_placed, order_cancelled, order_refunded, or kinds of engagement; erased always does."""
    steps: Annotated[list[Step], Field(min_length=1, max_length=100)]

    def rewards(self) -> Iterator[str]:
        """Name the reward rules that its steps give."""
        for step in self.steps:
            yield from step.rewards()

    def says(self) -> bool:
        """Tell whether any of its steps asks for a message."""
        return any(step.message is not None for _, _, step in _named(self.steps, "", ()))

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell what it names that is not there."""
        for place, message in self.on.mistakes(names):
            yield ("on", *place), message
        for index, fact in enumerate(self.stop_on):
            if not names.knows_fact(fact):
                yield ("stop_on", index), _no_fact(fact)
        for place, message in _of_steps(self.steps, names):
            yield ("steps", *place), message
        yield from self._twice()

    def _twice(self) -> Iterator[Mistake]:
        """Tell of a step that is called as another is."""
        seen = set[str]()
        for name, place, step in _named(self.steps, "", ("steps",)):
            if name in seen:
                yield (*place, "id"), f"a step of this journey is called {step.id} already"
            seen.add(name)

    def compile(self, exponent: int) -> Journey:
        """Build what the decisions read; the policy's currency has so many decimals."""
        steps: dict[str, JourneyStep] = {}
        first = _compile(self.steps, "", None, steps)
        assert first is not None, "a journey has a step"
        return Journey(
            id=self.id,
            start=RewardRule(id=f"journey {self.id}", on=self.on.compile(exponent), give=None, starts=self.id),
            stop_on=frozenset(self.stop_on) - {"erased"},
            first=first,
            steps=steps,
        )


def _named(
    steps: list[Step], prefix: str, place: tuple[int | str, ...]
) -> Iterator[tuple[str, tuple[int | str, ...], Step]]:
    """Give every step with its name and its place in the document, those of branches too."""
    for index, step in enumerate(steps):
        name = _name(step, prefix, index)
        yield name, (*place, index), step
        if step.branch is not None:
            for way, inner in (("then", step.branch.then), ("otherwise", step.branch.otherwise)):
                yield from _named(inner, f"{name}.{way}.", (*place, index, "branch", way))


def _name(step: Step, prefix: str, index: int) -> str:
    return step.id or f"{prefix}{index + 1}"


def _compile(steps: list[Step], prefix: str, following: str | None, into: dict[str, JourneyStep]) -> str | None:
    """Lay steps out by name; gives the first, or what follows where there is none."""
    for index in reversed(range(len(steps))):
        step, name = steps[index], _name(steps[index], prefix, index)
        into[name] = JourneyStep(_act(step, name, following, into), following)
        following = name
    return following


def _act(step: Step, name: str, following: str | None, into: dict[str, JourneyStep]) -> Act:
    if step.message is not None:
        channels = step.message.channels
        return Say(step.message.template, tuple(channels) if channels is not None else None)
    if step.wait is not None:
        return Wait(step.wait)
    if step.reward is not None:
        return GiveReward(step.reward)
    if step.alert is not None:
        return Alert(step.alert)
    assert step.branch is not None
    then = _compile(step.branch.then, f"{name}.then.", following, into)
    otherwise = _compile(step.branch.otherwise, f"{name}.otherwise.", following, into)
    return Await(step.branch.on, step.branch.within, then, otherwise)


def _of_steps(steps: list[Step], names: References) -> Iterator[Mistake]:
    for index, step in enumerate(steps):
        for place, message in step.mistakes(names):
            yield (index, *place), message


def _no_fact(name: str) -> str:
    return f"{name} is no fact, and no kind of engagement that the policy names"
