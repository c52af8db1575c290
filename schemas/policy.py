"""The policy as the decisions read it: bounds in milliseconds and minor units, a segment for every cell."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from schemas.instants import DAY_MS
from schemas.reward_rules import OnEngaged, OnFirstOrder, OnTransition, RewardRule

LADDERS: Final = 100  # cells "323", "223", "123" stand in ladder 23


@dataclass(frozen=True, slots=True)
class Segment:
    """A named group of customers; rank 1 is the best."""

    id: str
    label: str
    rank: int


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Ascending values that separate scores of frequency or monetary.

    `at_least`: a value that reaches a threshold has passed it. Otherwise they are cut points of quantiles:
    a value passes a cut point only by exceeding it, so equal values always get equal scores.
    """

    values: tuple[int, ...]
    at_least: bool

    def score(self, value: int) -> int:
        """Score a value from 1 to the number of thresholds + 1."""
        search = bisect_right if self.at_least else bisect_left
        return 1 + search(self.values, value)


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a marketer tunes; built by `schemas.policy_file`, which checks it."""

    id: str
    version: int
    fingerprint: str
    currency: str
    recency: tuple[int, ...]
    """Longest ages in ms, ascending, that still earn k, k - 1, ... 2; an age equal to a bound earns it."""
    frequency: Thresholds
    monetary: Thresholds
    segments: tuple[Segment, ...]
    cells: Mapping[str, str]
    zero_value_counts: bool = False
    refunded_drops: bool = True
    grace_ms: int = 200
    engagement: frozenset[str] = frozenset()
    """Kinds that make a customer known, and that count as her being engaged."""
    dedup_ms: int = 30 * DAY_MS
    """How long ids of engagement are remembered."""
    rewards: tuple[RewardRule, ...] = ()
    named_kinds: frozenset[str] = field(init=False, repr=False, compare=False)
    """Kinds of engagement that the policy speaks of anywhere: their ids are remembered."""
    first_order_rules: tuple[RewardRule, ...] = field(init=False, repr=False, compare=False)
    transition_rules: tuple[RewardRule, ...] = field(init=False, repr=False, compare=False)
    engaged_rules: Mapping[str, tuple[RewardRule, ...]] = field(init=False, repr=False, compare=False)
    _ladders: tuple[tuple[str, ...], ...] = field(init=False, repr=False, compare=False)
    _by_id: Mapping[str, Segment] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id = {segment.id: segment for segment in self.segments}
        ladders = [[""] * (len(self.recency) + 2) for _ in range(LADDERS)]
        for cell, segment_id in self.cells.items():
            ladders[int(cell[1:])][int(cell[0])] = by_id[segment_id].id
        object.__setattr__(self, "_ladders", tuple(map(tuple, ladders)))
        object.__setattr__(self, "_by_id", by_id)
        self._sort_rewards()

    def _sort_rewards(self) -> None:
        """Lay the reward rules out by what they wait for, each in the order of the policy."""
        engaged: dict[str, tuple[RewardRule, ...]] = {}
        for rule in self.rewards:
            if isinstance(rule.on, OnEngaged):
                engaged[rule.on.kind] = (*engaged.get(rule.on.kind, ()), rule)
        firsts = tuple(rule for rule in self.rewards if isinstance(rule.on, OnFirstOrder))
        moves = tuple(rule for rule in self.rewards if isinstance(rule.on, OnTransition))
        object.__setattr__(self, "engaged_rules", engaged)
        object.__setattr__(self, "first_order_rules", firsts)
        object.__setattr__(self, "transition_rules", moves)
        object.__setattr__(self, "named_kinds", self.engagement | engaged.keys())

    def recency_score(self, age_ms: int) -> int:
        """Score an age: a bound itself still belongs to the better side."""
        return len(self.recency) + 1 - bisect_left(self.recency, age_ms)

    def ladder(self, f: int, m: int) -> tuple[str, ...]:
        """Give the segments by recency score of customers with these scores; index 0 means nothing."""
        return self._ladders[f * 10 + m]

    def segment(self, segment_id: str) -> Segment:
        """Find a segment by its id; KeyError when the policy has none such."""
        return self._by_id[segment_id]
