"""Events in, what every reward rule decides on every occasion out: each occasion once, for ever."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .course import Cause
from .cut_points import CutPoints, versions
from .moves import Lived, lived
from .occasions import Occasion, Raised, raised
from .orders import Entry, Event, instant
from .policy import Policy
from .profiles import channel, newest_profile
from .reward_rules import RewardRule
from .timeline import AsOf, known_customers


@dataclass(frozen=True, slots=True)
class Reward:
    """`channel` is that of the message requested with it; None = no message."""

    customer_id: str
    rule: str
    occasion: Occasion
    outcome: Literal["granted", "withheld"]
    reason: Literal["limit"] | None
    effective_at: int
    expires_at: int | None
    give: Mapping[str, Any]
    cause: Cause
    channel: str | None


def rewards(events: Iterable[Event], policy: Policy, as_of: AsOf, cut_points: Iterable[CutPoints] = ()) -> list[Reward]:
    """Customer by customer, each in the order of decision, up to and including as-of."""
    known_versions = versions(cut_points, policy)
    return [
        reward
        for customer_id, known, at in known_customers(events, policy, as_of)
        for reward in _of_customer(customer_id, lived(known, policy, at, known_versions), policy)
    ]


def _of_customer(customer_id: str, lives: Iterable[Lived], policy: Policy) -> Iterator[Reward]:
    decided: set[tuple[str, Occasion]] = set()
    for life in lives:
        granted: dict[str, list[int]] = defaultdict(list)
        for occasion in raised(life, policy):
            identity = occasion.rule.id, occasion.occasion
            if identity not in decided:
                decided.add(identity)
                yield _decide(customer_id, occasion, granted[occasion.rule.id], life)


def _decide(customer_id: str, occasion: Raised, granted: list[int], life: Lived) -> Reward:
    rule, at = occasion.rule, occasion.at
    held_back = _limited(rule, at, granted)
    if not held_back:
        granted.append(at)
    return Reward(
        customer_id=customer_id,
        rule=rule.id,
        occasion=occasion.occasion,
        outcome="withheld" if held_back else "granted",
        reason="limit" if held_back else None,
        effective_at=at,
        expires_at=None if rule.expires_ms is None else at + rule.expires_ms,
        give=rule.give,
        cause=occasion.cause,
        channel=None if held_back or rule.message is None else channel(rule.message, _profile(occasion, life)),
    )


def _limited(rule: RewardRule, at: int, granted: list[int]) -> bool:
    if rule.limit is None:
        return False
    per_ms = rule.limit.per_ms
    inside = [earlier for earlier in granted if per_ms is None or at - earlier < per_ms]
    return len(inside) >= rule.limit.times


def _profile(occasion: Raised, life: Lived) -> Event | None:
    return newest_profile(entry for entry in life.life.entries if _came_before(entry, occasion))


def _came_before(entry: Entry, occasion: Raised) -> bool:
    """In the log; before a move of time came what had occurred by then."""
    if occasion.position is None:
        return instant(entry.event) <= occasion.at
    return entry.position < occasion.position
