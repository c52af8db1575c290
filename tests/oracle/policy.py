"""Measures in, scores and a segment out: the policy as the oracle knows it."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from .reward_rules import Limit, Message, OnEngaged, OnFirstOrder, OnTransition, RewardRule

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`at_least`: a value that reaches a threshold passes it; `cuts`: it must exceed it."""

    mode: Literal["at_least", "cuts"]
    values: tuple[int, ...]

    def score(self, value: int) -> int:
        if self.mode == "at_least":
            return 1 + _not_above(self.values, value)
        return 1 + _below(self.values, value)


def _below(ascending: tuple[int, ...], value: int) -> int:
    return bisect_left(ascending, value)


def _not_above(ascending: tuple[int, ...], value: int) -> int:
    return bisect_right(ascending, value)


def at_least(*values: int) -> Thresholds:
    return Thresholds("at_least", values)


def cuts(*values: int) -> Thresholds:
    return Thresholds("cuts", values)


@dataclass(frozen=True)
class Policy:
    """Segments stand in the order of their rank; `otherwise` ranks after all of them."""

    id: str
    version: int
    currency: str
    segments: tuple[tuple[str, tuple[str, ...]], ...]
    within_ms: tuple[int, ...]
    frequency: Thresholds
    monetary_minor: Thresholds
    otherwise: str | None = None
    zero_value: Literal["ignore", "count"] = "ignore"
    refunded: Literal["drop", "keep"] = "drop"
    engagement_kinds: tuple[str, ...] = ()
    rewards: tuple[RewardRule, ...] = ()

    def recency_score(self, age_ms: int) -> int:
        return len(self.within_ms) + 1 - _below(self.within_ms, age_ms)

    def segment(self, r: int, f: int, m: int) -> str:
        found = self._segment_by_cell.get(f"{r}{f}{m}", self.otherwise)
        if found is None:
            raise ValueError(f"policy {self.id} names no segment for cell {r}{f}{m}")
        return found

    def rank(self, segment: str | None) -> int | None:
        return None if segment is None else self._rank_by_segment[segment]

    @cached_property
    def named_kinds(self) -> frozenset[str]:
        """Of engagement: only these make a fact."""
        return frozenset(self.engagement_kinds) | {
            rule.on.kind for rule in self.rewards if isinstance(rule.on, OnEngaged)
        }

    @cached_property
    def _segment_by_cell(self) -> dict[str, str]:
        return {cell: segment for segment, cells in reversed(self.segments) for cell in cells}

    @cached_property
    def _rank_by_segment(self) -> dict[str, int]:
        listed = [segment for segment, _ in self.segments]
        last = [] if self.otherwise is None else [self.otherwise]
        return {segment: rank for rank, segment in enumerate(listed + last, start=1)}


SEED = Policy(
    id="seed",
    version=1,
    currency="GBP",
    segments=(
        ("champions", ("333", "332", "323")),
        ("loyal", ("321", "322", "331", "232", "233")),
        ("recent", ("312", "313", "311", "222", "223")),
        ("needs_attention", ("213", "221", "123", "132", "133")),
        ("at_risk", ("231", "212", "122", "131", "211")),
        ("inactive", ("111", "112", "113", "121")),
    ),
    within_ms=(90 * DAY_MS, 150 * DAY_MS),
    frequency=cuts(1, 2),
    monetary_minor=cuts(10_000, 50_000),
    engagement_kinds=("review_posted", "link_clicked", "site_visited"),
    rewards=(
        RewardRule("welcome", OnFirstOrder(), give={"kind": "points", "points": 100}),
        RewardRule(
            "review-points",
            OnEngaged("review_posted", rating_min=1),
            give={"kind": "points", "points": 50},
            limit=Limit(4, 30 * DAY_MS),
        ),
        RewardRule(
            "champion-gift",
            OnTransition(to=("champions",), direction="up", causes=("order",)),
            give={"kind": "gift", "sku": "THANKS-1"},
            expires_ms=60 * DAY_MS,
            limit=Limit(1, 365 * DAY_MS),
            message=Message("champion-thanks", ("email", "push")),
        ),
    ),
)
