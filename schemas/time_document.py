"""The shapes of what a policy document says about time: window, refresh, dwell, late facts, instants, time zone."""

from typing import Annotated, Any, Final, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from schemas.closed import Closed, DistinctStretches, Duration, Stretch, Whole, lasting
from schemas.durations import parse_duration, write_duration
from schemas.instants import EARLIEST, LATEST, parse_instant, rfc3339
from schemas.message_rules import Quiet
from schemas.policy import Dwell, Refresh

LIFETIME: Final = "lifetime"
UTC: Final = "Etc/UTC"


def _window(value: object) -> int | None:
    if value == LIFETIME:
        return None
    milliseconds = parse_duration(value)
    if milliseconds == 0:
        raise ValueError("a window is longer than 0, or lifetime")
    return milliseconds


def _instant(value: object) -> int:
    instant = int(parse_instant(int(value) if isinstance(value, int) and not isinstance(value, bool) else value))
    if not EARLIEST <= instant <= LATEST:
        raise ValueError("an instant lies between 1990-01-01T00:00:00Z and the end of the year 9999")
    return instant


def _zone(name: str) -> str:
    if name == "localtime" or name not in available_timezones():
        raise ValueError(f"there is no time zone {name} in the IANA database")
    return name


Window = Annotated[
    int | None,
    BeforeValidator(_window),
    PlainSerializer(lambda ms: LIFETIME if ms is None else write_duration(ms), when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^(lifetime|(?=.*[1-9])([0-9]+(ms|d|h|m|s))+)$"}),
]
Moment = Annotated[
    int,
    BeforeValidator(_instant),
    PlainSerializer(rfc3339, when_used="json"),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$"},
                {"type": "integer"},
                {"type": "null"},
            ]
        }
    ),
]
"""An instant: RFC 3339 with an offset, or epoch milliseconds."""

Zone = Annotated[str, AfterValidator(_zone), Field(examples=["Europe/London", UTC])]
Leads = Annotated[list[Stretch], Field(max_length=16), DistinctStretches]


def lifetime() -> Any:
    """Give the window its default, as one writes it."""
    return Field(None, json_schema_extra={"default": LIFETIME})


class CutPointsDocument(Closed):
    """When quantiles are taken anew, and when the new values come into force."""

    refresh: Stretch = lasting("24h")
    """They are frozen at multiples of this since 1970-01-01T00:00:00Z."""
    apply_after: Duration = lasting("10m")
    """So long after a freeze its values come into force."""
    min_customers: Whole = 100
    """With fewer customers the previous values stay."""
    drift: Literal["emit", "silent"] = "emit"
    """Whether moves that come of new values are published."""

    def compile(self) -> Refresh:
        """Build what the decisions read."""
        return Refresh(self.refresh, self.apply_after, self.min_customers, self.drift == "silent")


class DwellDocument(Closed):
    """The least stay in a segment before a move; entry and exit are never held."""

    up: Duration = lasting("0s")
    down: Duration = lasting("0s")

    def compile(self) -> Dwell:
        """Build what the decisions read."""
        return Dwell(self.up, self.down)


class LateDocument(Closed):
    """How facts are met that come late."""

    horizon: Duration = lasting("90d")
    """How far back a late fact rewrites what was; what is older applies from now on."""
    grace: Duration = lasting("200ms")
    """How long timers wait behind the clock; instants in events do not change by it."""


ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["21:00"])]
"""What a clock shows: hours and minutes."""


class QuietHoursDocument(Closed):
    """When nobody is written to, on the customer's own clock, else on that of the policy's time zone."""

    start: ClockTime = Field(alias="from")
    """The first quiet minute."""
    to: ClockTime
    """The first minute that is not quiet any more; of the next day if it is earlier."""

    @model_validator(mode="after")
    def _some_hours(self) -> "QuietHoursDocument":
        if self.start == self.to:
            raise ValueError("from and to are the same: either nothing is quiet, or all")
        return self

    def compile(self) -> Quiet:
        """Build what the decisions read."""
        return Quiet(_minute(self.start), _minute(self.to))


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
