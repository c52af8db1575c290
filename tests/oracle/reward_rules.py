"""What a policy says about rewards, in the oracle's words: on what, give what, how often, told how."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_TO_BE_NAMED = frozenset({"erasure", "drift", "policy"})


@dataclass(frozen=True, slots=True)
class OnFirstOrder:
    """The first order that counts, once in a customer's life."""


@dataclass(frozen=True, slots=True)
class OnNthOrder:
    """The order with which so many count, once for each time they come to be so many."""

    number: int


@dataclass(frozen=True, slots=True)
class OnOrderValue:
    """Every order of a known amount within the bounds (inclusive, minor units) that is not ignored for being of 0."""

    min_minor: int | None = None
    max_minor: int | None = None

    def matches(self, amount: int) -> bool:
        above = self.min_minor is None or self.min_minor <= amount
        return above and (self.max_minor is None or amount <= self.max_minor)


@dataclass(frozen=True, slots=True)
class OnEngaged:
    """Every engagement of the kind; a bound (inclusive) wants a rating to be there."""

    kind: str
    rating_min: int | None = None
    rating_max: int | None = None

    def matches(self, kind: str, rating: int | None) -> bool:
        if kind != self.kind:
            return False
        if rating is None:
            return self.rating_min is None and self.rating_max is None
        above = self.rating_min is None or self.rating_min <= rating
        return above and (self.rating_max is None or rating <= self.rating_max)


@dataclass(frozen=True, slots=True)
class OnTransition:
    """Every transition that matches; what is left out matches all.

    But an erasure, new cut points and a new policy want to be named.
    """

    to: tuple[str, ...] | None = None
    from_: tuple[str, ...] | None = None
    direction: str | None = None
    causes: tuple[str, ...] | None = None

    def matches(self, from_: str | None, to: str | None, direction: str, cause: str) -> bool:
        caused = cause not in _TO_BE_NAMED if self.causes is None else cause in self.causes
        turned = self.direction is None or direction == self.direction
        return caused and turned and _among(to, self.to) and _among(from_, self.from_)


@dataclass(frozen=True, slots=True)
class OnStay:
    """So long in a segment without leaving it."""

    segment: str
    after_ms: int


@dataclass(frozen=True, slots=True)
class OnAnniversary:
    """The day of the first counted order in later years, in UTC."""


@dataclass(frozen=True, slots=True)
class OnCadence:
    """No order for more than so many usual gaps."""

    times: int


def _among(segment: str | None, listed: tuple[str, ...] | None) -> bool:
    return listed is None or segment in listed


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `times` grants within `per_ms`; None = within a life."""

    times: int
    per_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    template: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RewardRule:
    id: str
    on: OnFirstOrder | OnNthOrder | OnOrderValue | OnEngaged | OnTransition | OnStay | OnAnniversary | OnCadence
    give: Mapping[str, Any] = field(hash=False)
    expires_ms: int | None = None
    limit: Limit | None = None
    message: Message | None = None
    segments: tuple[str, ...] | None = None
    """Only for those who are in one of them once the instant of the occasion is over."""
    frequency_min: int = 0
    """Only for those who have so many orders then."""
