"""What is expected and what came about in, each as a file of scenarios would spell it out."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from agents.decisions.explaining import direction
from agents.decisions.moves import Brink, BrinkCleared, Move
from agents.decisions.occasions import Decided
from agents.decisions.steps_taken import Alerted, GivenUp
from app.scenarios.asked import Asked
from app.scenarios.given_document import Timed
from app.scenarios.then_document import (
    AlertExpected,
    BrinkExpected,
    MessageExpected,
    NextExpected,
    RewardExpected,
    TransitionExpected,
    UndeliverableExpected,
)
from schemas.currencies import EXPONENTS
from schemas.durations import write_duration
from schemas.instants import rfc3339
from schemas.policy import Policy
from schemas.transitions import Next

_AGES: Final = ("recency", "tenure")
_AMOUNTS: Final = ("monetary", "average_order_value")


class Spelling:
    """Spells for one policy and one start."""

    def __init__(self, policy: Policy, start: int) -> None:
        self._policy = policy
        self._start = start

    def list(self, entries: Iterable[str]) -> str:
        """Write entries in a row."""
        return f"[{', '.join(entries)}]"

    def expected(self, one: Any) -> str:
        """Write an entry that is expected; what is not looked at is left out."""
        if isinstance(one, RewardExpected):
            return one.rule if one.withheld is None else _mapping(rule=one.rule, withheld=one.withheld)
        if isinstance(one, BrinkExpected):
            lead = write_duration(one.lead) if one.lead is not None else None
            return _mapping(announced=one.announced, cleared=one.cleared, lead=lead, **_moment(one))
        if isinstance(one, MessageExpected | AlertExpected | UndeliverableExpected):
            named, *rest = one.model_dump(exclude=set(Timed.model_fields)).items()
            parts = dict([named, *rest]) | _moment(one)
            return _mapping(**parts) if any(parts[key] is not None for key in parts if key != named[0]) else named[1]
        assert isinstance(one, TransitionExpected)
        parts = {"from": one.origin or "null"} if "origin" in one.model_fields_set else {}
        told = {"direction": one.direction, "cause": one.cause, "due": one.due, **_moment(one)}
        parts |= {key: value for key, value in told.items() if value is not None}
        return _mapping(to=one.to or "null", **parts) if parts else one.to or "null"

    def got(self, one: Any) -> str:
        """Write what came about, with all that can be said of it."""
        if isinstance(one, Decided):
            return one.rule.id if one.granted else _mapping(rule=one.rule.id, withheld=one.withheld)
        if isinstance(one, Asked):
            return _mapping(template=one.template, channel=one.channel, after=self._after(one.at))
        if isinstance(one, Alerted):
            return _mapping(alert=one.alert, after=self._after(one.at))
        if isinstance(one, GivenUp):
            return _mapping(template=one.content.template, reason=one.reason, after=self._after(one.at))
        after = self._after(one.effective_at)
        if isinstance(one, Brink):
            return _mapping(announced=one.to, lead=write_duration(one.lead_ms), after=after)
        if isinstance(one, BrinkCleared):
            return _mapping(cleared=one.to, after=after)
        assert isinstance(one, Move)
        going = direction(one.from_segment, one.to_segment, self._policy)
        parts = {"from": one.from_segment or "null", "direction": going, "cause": one.cause.type, "due": one.cause.due}
        return _mapping(to=one.to_segment or "null", **parts, after=after)

    def next_expected(self, one: NextExpected | None) -> str:
        """Write the next move that is expected."""
        return "null" if one is None else _mapping(to=one.to, **_moment(one))

    def next_got(self, ahead: Next | None) -> str:
        """Write the next move."""
        return "null" if ahead is None else _mapping(to=ahead.to, after=self._after(ahead.at))

    def measure_expected(self, name: str, value: int | Decimal | None) -> str:
        """Write a measure that is expected."""
        return self._major(value) if isinstance(value, Decimal) else self.measure_got(name, value)

    def measure_got(self, name: str, value: int | None) -> str:
        """Write a measure, of money in major units."""
        if value is None:
            return "null"
        if name in _AGES:
            return write_duration(value)
        if name in _AMOUNTS:
            return self._major(Decimal(value).scaleb(-EXPONENTS[self._policy.currency]))
        return str(value)

    def _major(self, amount: Decimal) -> str:
        return f"{amount:.{EXPONENTS[self._policy.currency]}f}"

    def _after(self, instant: int) -> str:
        """Write an instant by the start, if it does not lie before it."""
        return write_duration(instant - self._start) if instant >= self._start else rfc3339(instant)


def _moment(one: Timed) -> dict[str, str | None]:
    """Write an instant in the way in which it is given."""
    return {
        "day": str(one.day) if one.day is not None else None,
        "after": write_duration(one.after) if one.after is not None else None,
        "at": rfc3339(one.at) if one.at is not None else None,
    }


def _mapping(**parts: str | None) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in parts.items() if value is not None) + "}"
