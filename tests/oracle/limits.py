"""Rules with limits, caps and priorities and the occasions of one customer in; what is granted and why not, out.

Written from the words: nothing is remembered but all grants, and calendars are those of Python's dates.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Times:
    """At most so many times in any stretch of so many ms, or in each `day`, `week`, `month` or `year`; None = ever."""

    times: int
    per: int | str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """It gives something for every engagement of a kind."""

    id: str
    kind: str
    priority: int = 0
    limit: Times | None = None


@dataclass(frozen=True, slots=True)
class Cap:
    """What these rules give together."""

    rules: frozenset[str]
    limit: Times


@dataclass(frozen=True, slots=True)
class Came:
    """An engagement."""

    at: int
    event_id: str
    kind: str


Outcome = tuple[str, str, str]
"""Rule, event, and `granted` or the reason for which nothing is."""


def decisions(rules: Sequence[Rule], caps: Sequence[Cap], came: Iterable[Came], zone: str) -> list[Outcome]:
    """Decide all occasions in the order of their instants; at one of them the rules of the highest priority first."""
    grants: list[tuple[int, str]] = []
    told: list[Outcome] = []
    claims = [(one, rule) for one in came for rule in rules if rule.kind == one.kind]
    for one, rule in sorted(claims, key=lambda claim: (claim[0].at, -claim[1].priority)):
        own = [at for at, granted in grants if granted == rule.id]
        shared = [cap for cap in caps if rule.id in cap.rules]
        outcome = "granted"
        if rule.limit is not None and _is_full(rule.limit, own, one.at, zone):
            outcome = "limit"
        elif any(_is_full(cap.limit, of(cap, grants), one.at, zone) for cap in shared):
            outcome = "cap"
        else:
            grants.append((one.at, rule.id))
        told.append((rule.id, one.event_id, outcome))
    return told


def of(cap: Cap, grants: Iterable[tuple[int, str]]) -> list[int]:
    """Give the instants of the grants that a cap counts."""
    return [at for at, rule in grants if rule in cap.rules]


def is_exceeded(limit: Times, grants: Iterable[int], zone: str) -> bool:
    """Tell whether any stretch has more grants than it may, in whatever order they were given."""
    instants = list(grants)
    if limit.per is None:
        return len(instants) > limit.times
    if isinstance(limit.per, str):
        return max(Counter(_named(at, limit.per, zone) for at in instants).values(), default=0) > limit.times
    length = limit.per
    return any(sum(start <= at < start + length for at in instants) > limit.times for start in instants)


def _is_full(limit: Times, before: Sequence[int], at: int, zone: str) -> bool:
    if isinstance(limit.per, str):
        here = _named(at, limit.per, zone)
        return sum(_named(grant, limit.per, zone) == here for grant in before) >= limit.times
    return sum(limit.per is None or at - grant < limit.per for grant in before) >= limit.times


def _named(at: int, per: str, zone: str) -> str:
    """Name the day, week, month or year of an instant as her calendar does."""
    local = (_EPOCH + timedelta(milliseconds=at)).astimezone(ZoneInfo(zone))
    return local.strftime({"day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m", "year": "%Y"}[per])
