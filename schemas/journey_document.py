"""The shape of the journeys of a policy document: linear steps, and one branch after another."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, model_validator

from schemas.closed import Closed, Distinct, Kind, Mistake, Name, Stretch, Text
from schemas.occasion_document import OccasionDocument
from schemas.references import References

_STEPS: Final = ("message", "wait", "reward", "branch")
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
    """One thing after another: exactly one of message, wait, reward, branch."""

    model_config = ConfigDict(json_schema_extra=_ONE_STEP)

    message: StepMessage | None = None
    wait: Stretch | None = None
    reward: Name | None = None
    """The id of a reward rule."""
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
    """Facts that end it: order_placed, order_cancelled, order_refunded, erased, or kinds of engagement."""
    steps: Annotated[list[Step], Field(min_length=1, max_length=100)]

    def rewards(self) -> Iterator[str]:
        """Name the reward rules that its steps give."""
        for step in self.steps:
            yield from step.rewards()

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell what it names that is not there."""
        for place, message in self.on.mistakes(names):
            yield ("on", *place), message
        for index, fact in enumerate(self.stop_on):
            if not names.knows_fact(fact):
                yield ("stop_on", index), _no_fact(fact)
        for place, message in _of_steps(self.steps, names):
            yield ("steps", *place), message


def _of_steps(steps: list[Step], names: References) -> Iterator[Mistake]:
    for index, step in enumerate(steps):
        for place, message in step.mistakes(names):
            yield (index, *place), message


def _no_fact(name: str) -> str:
    return f"{name} is no fact, and no kind of engagement that the policy names"
