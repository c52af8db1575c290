"""The shape of what a scenario expects; what is not said is not looked at."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from app.scenarios.given_document import Timed
from app.scenarios.names import KnownRule, KnownSegment, check_amount
from schemas.closed import Amount, Closed, Count, Duration, Kind, Name, Stretch, Text
from schemas.ranges import ScoreValue
from schemas.rewards import Refusal
from schemas.transitions import CauseType, Direction, Due


class TransitionExpected(Timed):
    """A published move."""

    to: KnownSegment | None
    """null: she leaves."""
    origin: KnownSegment | None = Field(None, alias="from")
    """null: she had none."""
    direction: Direction | None = None
    cause: CauseType | None = None
    due: Due | None = None
    """What fell due, of a move by time."""


class BrinkExpected(Timed):
    """An announcement of a move down, or its clearing; the segment is the one it leads to."""

    announced: KnownSegment | None = None
    cleared: KnownSegment | None = None
    lead: Stretch | None = None
    """How long before the move it is announced."""

    @model_validator(mode="after")
    def _one(self) -> "BrinkExpected":
        if (self.announced is None) == (self.cleared is None):
            raise ValueError("give announced or cleared")
        if self.lead is not None and self.announced is None:
            raise ValueError("lead belongs to announced")
        return self


class RewardExpected(Closed):
    """What a rule decides."""

    rule: KnownRule
    withheld: Refusal | None = None
    """Why it gives nothing; it does unless given. none: its table has nothing for the move."""


class MessageExpected(Timed):
    """A message that a rule or a journey asks for."""

    template: Text
    channel: Name | None = None
    """The first on which it is tried."""


class AlertExpected(Timed):
    """An alert of a journey."""

    alert: Text


class UndeliverableExpected(Timed):
    """A message that is given up."""

    template: Text
    reason: Kind | None = None
    """Why it failed the last time."""


class NextExpected(Timed):
    """The next move if nothing happens."""

    to: KnownSegment


class MeasuresExpected(Closed):
    """Measures and scores at the end; null: undefined."""

    recency: Duration | None = None
    tenure: Duration | None = None
    frequency: Count | None = None
    monetary: Amount | None = None
    average_order_value: Amount | None = None
    r: ScoreValue | None = None
    f: ScoreValue | None = None
    m: ScoreValue | None = None

    @field_validator("monetary", "average_order_value")
    @classmethod
    def _payable(cls, amount: Decimal | None, info: ValidationInfo) -> Decimal | None:
        check_amount(amount, None, info)
        return amount


def _short(key: str) -> BeforeValidator:
    """Let an entry be written as nothing but its name."""

    def read(value: Any) -> Any:
        return value if isinstance(value, Mapping) else {key: value}

    return BeforeValidator(read)


class ThenDocument(Closed):
    """Where all this has led."""

    segment: KnownSegment | None = None
    """At the end; null: none."""
    transitions: list[Annotated[TransitionExpected, _short("to")]] = Field([])
    """All published moves in order."""
    brinks: list[BrinkExpected] = Field([])
    """All announcements and clearings in order."""
    rewards: list[Annotated[RewardExpected, _short("rule")]] = Field([])
    """All that reward rules decide, by time, at one instant in the order of the policy."""
    messages: list[Annotated[MessageExpected, _short("template")]] = Field([])
    """All that rules and journeys ask for, by time, at one instant those of rules first."""
    alerts: list[Annotated[AlertExpected, _short("alert")]] = Field([])
    """All that journeys ask for, by time."""
    undeliverable: list[Annotated[UndeliverableExpected, _short("template")]] = Field([])
    """All messages that are given up, by time."""
    points: Annotated[int, Field(strict=True)] = 0
    """The balance at the end."""
    next: NextExpected | None = None
    """null: nothing moves her any more."""
    measures: MeasuresExpected = MeasuresExpected()

    @model_validator(mode="after")
    def _something(self) -> "ThenDocument":
        if not self.model_fields_set:
            raise ValueError(f"give at least one of {', '.join(type(self).model_fields)}")
        return self
