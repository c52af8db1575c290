"""What a policy says about journeys, as the decisions read it: every step by its name, with what follows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from schemas.reward_rules import RewardRule

ORDER_FACTS: Final = frozenset({"order_placed", "order_cancelled", "order_refunded"})
"""Facts about orders, as policies call them."""


@dataclass(frozen=True, slots=True)
class Say:
    """Ask for a message; channels of None: the one she prefers."""

    template: str
    channels: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for so long, in ms."""

    length_ms: int


@dataclass(frozen=True, slots=True)
class GiveReward:
    """Give what a rule gives."""

    rule: str


@dataclass(frozen=True, slots=True)
class Alert:
    """Tell people in the shop to look after her."""

    alert: str


@dataclass(frozen=True, slots=True)
class Await:
    """Wait so long, in ms, for a fact: go on at `then` when it comes, at `otherwise` if it does not; None = the end."""

    fact: str
    within_ms: int
    then: str | None
    otherwise: str | None


Act = Say | Wait | GiveReward | Alert | Await


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """One step, and the name of that behind it; None = the journey ends."""

    act: Act
    following: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One journey of the policy."""

    id: str
    start: RewardRule
    """On what a customer sets out, as a rule that gives nothing else."""
    stop_on: frozenset[str]
    """Facts that end it: order_placed, order_cancelled, order_refunded, kinds of engagement."""
    first: str
    steps: Mapping[str, JourneyStep]

    @property
    def rewards(self) -> frozenset[str]:
        """The rules that its steps give."""
        return frozenset(step.act.rule for step in self.steps.values() if isinstance(step.act, GiveReward))

    @property
    def facts(self) -> frozenset[str]:
        """Facts that make anything of it after its start."""
        return self.stop_on.union(step.act.fact for step in self.steps.values() if isinstance(step.act, Await))
