"""Published cut points in, the scales in force at an instant out."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict

from .policy import Policy
from .scales import Scales, Thresholds


class CutPoints(TypedDict):
    """One version; a score without quantiles has None."""

    version: int
    frozen_at: int
    effective_at: int
    recency: Sequence[int] | None
    frequency: Sequence[int] | None
    monetary: Sequence[int] | None


@dataclass(frozen=True)
class Versions:
    """`later` are (in force from, scales), ascending."""

    initial: Scales
    later: tuple[tuple[int, Scales], ...] = ()

    def at(self, t: int) -> Scales:
        begun = bisect_right(self.later, t, key=lambda one: one[0])
        return self.later[begun - 1][1] if begun else self.initial

    def all(self) -> list[Scales]:
        return [self.initial, *(scales for _, scales in self.later)]

    @cached_property
    def instants(self) -> frozenset[int]:
        return frozenset(since for since, _ in self.later)

    def frozen_at(self, t: int) -> "Versions":
        """None comes after those in force at t."""
        return Versions(self.at(t))


def versions(cut_points: Iterable[CutPoints] | Iterable[Mapping[str, Any]], policy: Policy) -> Versions:
    ordered = sorted(cut_points, key=lambda one: (one["effective_at"], one["version"]))
    return Versions(policy.initial, tuple((one["effective_at"], _scales(one, policy)) for one in ordered))


def _scales(one: CutPoints | Mapping[str, Any], policy: Policy) -> Scales:
    return Scales(
        version=one["version"],
        within_ms=policy.within_ms if one["recency"] is None else tuple(one["recency"]),
        whole_days=policy.whole_days,
        frequency=policy.frequency if one["frequency"] is None else Thresholds("cuts", tuple(one["frequency"])),
        monetary_minor=(
            policy.monetary_minor if one["monetary"] is None else Thresholds("cuts", tuple(one["monetary"]))
        ),
    )
