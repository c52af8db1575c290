"""The shape of limits and caps: how often a customer is given what a rule, or several rules, would give her."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

from schemas.closed import Closed, Distinct, Mistake, Name, Whole
from schemas.durations import parse_duration, write_duration
from schemas.give_document import GiveKind
from schemas.limits import CALENDAR, Calendar, Cap, Limit
from schemas.references import References

CapKind = Literal[GiveKind, "message"]
MESSAGE: Final = "message"
"""The kind of a rule that only asks for a message."""


def _period(value: object) -> int | str:
    if isinstance(value, str) and value in CALENDAR:
        return value
    milliseconds = parse_duration(value)
    if milliseconds == 0:
        raise ValueError("a stretch of time is longer than 0")
    return milliseconds


Period = Annotated[
    int | Calendar,
    BeforeValidator(_period),
    PlainSerializer(
        lambda period: write_duration(period) if isinstance(period, int) else period, return_type=str, when_used="json"
    ),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": sorted(CALENDAR)},
                {"type": "string", "pattern": r"^(?=.*[1-9])([0-9]+(ms|d|h|m|s))+$"},
            ]
        }
    ),
]
"""A stretch of time of any beginning, or each day, week, month, year of the calendar."""


class LimitDocument(Closed):
    """How often a customer is given it."""

    times: Annotated[Whole, Field(le=1000)]  # a customer's row keeps so many instants
    """At most so many times."""
    per: Period | None = None
    """In any stretch of this length, or in each day, week (from Monday), month or year of her calendar.

    In her life unless given. Days begin in her time zone, else in the policy's.
    """

    def limit(self) -> Limit:
        """Build what the decisions read."""
        if isinstance(self.per, str):
            return Limit(self.times, calendar=self.per)
        return Limit(self.times, self.per)


_OF_ALL: Final[Any] = ConfigDict(json_schema_extra={"not": {"required": ["rules", "kinds"]}})


class CapDocument(LimitDocument):
    """How often a customer is given anything that these rules give.

    Unless rules or kinds are given: of all rules, and messages of journeys.
    """

    model_config = _OF_ALL

    id: Name
    rules: Annotated[list[Name], Field(min_length=1), Distinct] | None = None
    """These."""
    kinds: Annotated[list[CapKind], Field(min_length=1), Distinct] | None = None
    """What gives gifts of these kinds; message: what only asks for a message, messages of journeys too."""

    @model_validator(mode="after")
    def _one_choice(self) -> "CapDocument":
        if self.rules is not None and self.kinds is not None:
            raise ValueError("give rules or kinds")
        return self

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell of rules there are not, and of kinds that none gives."""
        for index, rule in enumerate(self.rules or ()):
            if rule not in names.budget_of:
                yield ("rules", index), f"there is no reward {rule}"
        given = {kind for kinds in names.kinds_given.values() for kind in kinds}
        if names.journeys_say:
            given.add(MESSAGE)
        for index, kind in enumerate(self.kinds or ()):
            if kind not in given:
                yield ("kinds", index), f"no rule gives {kind}"

    def compile(self) -> Cap:
        """Build what the decisions read."""
        return Cap(self.id, self.limit())

    def holds(self, rule: str | None, kind: str) -> bool:
        """Tell whether it counts what a rule gives of a kind; None: what a journey does."""
        if self.rules is not None:
            return rule in self.rules
        return self.kinds is None or kind in self.kinds


def caps_of(caps: Iterable[CapDocument], rule: str | None, kinds: Iterable[str]) -> tuple[Cap, ...]:
    """Give those that count what a rule gives of any of these kinds."""
    given = list(kinds)
    return tuple(cap.compile() for cap in caps if any(cap.holds(rule, kind) for kind in given))
