"""A policy as the oracle knows it: what counts, what separates scores, which rule places whom, what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from .reward_rules import OnEngaged, RewardRule
from .scales import DAY_MS, Quantiles, Scales, Thresholds
from .segment_rules import Age, Measured, Rule


@dataclass(frozen=True)
class Policy:
    """Either `segments` with their cells and `otherwise`, or `rules`. What stands first ranks best unless `ranks`.

    A score is there if what separates it is. Durations and ages in ms, money in minor units.
    """

    id: str
    version: int
    currency: str
    segments: tuple[tuple[str, tuple[str, ...]], ...] = ()
    within_ms: tuple[int, ...] | None = None
    frequency: Thresholds | None = None
    monetary_minor: Thresholds | None = None
    otherwise: str | None = None
    zero_value: Literal["ignore", "count"] = "ignore"
    refunded: Literal["drop", "keep"] = "drop"
    engagement_kinds: tuple[str, ...] = ()
    rewards: tuple[RewardRule, ...] = ()
    rules: tuple[Rule, ...] = ()
    ranks: Mapping[str, int] | None = field(default=None, hash=False)
    no_orders: str | None = None
    window_ms: int | None = None
    whole_days: bool = False
    dwell_up_ms: int = 0
    dwell_down_ms: int = 0
    brink_ms: tuple[int, ...] = ()
    silent_until: int | None = None
    drift_silent: bool = False
    recency_quantiles: Quantiles | None = None
    frequency_quantiles: Quantiles | None = None
    monetary_quantiles: Quantiles | None = None
    refresh_ms: int = DAY_MS
    apply_after_ms: int = 600_000
    min_customers: int = 100

    @cached_property
    def initial(self) -> Scales:
        """What is in force before the first cut points."""
        return Scales(0, self.within_ms, self.whole_days, self.frequency, self.monetary_minor)

    def recency_score(self, age_ms: int) -> int | None:
        return self.initial.recency_score(age_ms)

    def segment(self, measured: Measured) -> str:
        for rule in self.all_rules:
            if rule.places(measured):
                return rule.segment
        raise ValueError(f"policy {self.id} names no segment for {measured}")

    def rank(self, segment: str | None) -> int | None:
        return None if segment is None else self._rank_by_segment[segment]

    def direction(self, from_: str | None, to: str | None) -> str:
        from_rank, to_rank = self.rank(from_), self.rank(to)
        if from_rank is None:
            return "entry"
        if to_rank is None:
            return "exit"
        return "up" if to_rank < from_rank else "down" if to_rank > from_rank else "lateral"

    def dwell_ms(self, direction: str) -> int:
        return {"up": self.dwell_up_ms, "down": self.dwell_down_ms}.get(direction, 0)

    def turning_ages(self, age: Age) -> set[int]:
        """Ages at which a rule by measures begins or ceases to hold."""
        return {turn for rule in self.all_rules if rule.when is not None for turn in rule.when.turning_ages(age)}

    @cached_property
    def all_rules(self) -> tuple[Rule, ...]:
        if self.rules:
            return self.rules
        last = () if self.otherwise is None else (Rule(self.otherwise),)
        return (*(Rule(segment, cells) for segment, cells in self.segments), *last)

    @cached_property
    def named_kinds(self) -> frozenset[str]:
        """Of engagement: only these make a fact."""
        return frozenset(self.engagement_kinds) | {
            rule.on.kind for rule in self.rewards if isinstance(rule.on, OnEngaged)
        }

    @cached_property
    def acting_kinds(self) -> frozenset[str]:
        """Of engagement: these may change a segment."""
        if self.no_orders is not None:
            return self.named_kinds
        asked = any(rule.when is not None and rule.when.asks_engagement for rule in self.all_rules)
        return frozenset(self.engagement_kinds) if asked else frozenset()

    @cached_property
    def _rank_by_segment(self) -> Mapping[str, int]:
        listed = dict.fromkeys(rule.segment for rule in self.all_rules)
        return self.ranks or {segment: rank for rank, segment in enumerate(listed, start=1)}
