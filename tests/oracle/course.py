"""A life's facts and the cut points in, what the rules say at any instant and why out."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from .cut_points import Versions
from .facts import Facts
from .history import History, Standing, leaving
from .measures import Measures, Scores, measures, scores, segment
from .orders import Fact
from .policy import Policy
from .scales import Scales

Cause = dict[str, str]
Says = Callable[[Standing, Scales], object]


@dataclass(frozen=True)
class Course:
    """Dwell is not heeded here: `placed` is where the rules place her, not where she stands."""

    facts: Facts
    history: History
    versions: Versions
    policy: Policy

    @cached_property
    def acting(self) -> Mapping[int, list[Fact]]:
        acting: dict[int, list[Fact]] = defaultdict(list)
        for fact in self.facts.acting:
            acting[fact.acts_at].append(fact)
        return dict(acting)

    @cached_property
    def _places(self) -> dict[int, str | None]:
        return {}

    def placed(self, t: int) -> str | None:
        if t not in self._places:
            self._places[t] = self._placed(self.history.at(t), self.versions.at(t))
        return self._places[t]

    def scores(self, t: int) -> Scores:
        return scores(self.history.at(t), self.versions.at(t))

    def measures(self, t: int) -> Measures:
        return measures(self.history.at(t), self.versions.at(t))

    def silence(self, t: int) -> "Course":
        """The same as far as it is known at t, and nothing new after it."""
        frozen = self.versions.frozen_at(t)
        if all(at <= t for at in (*self.acting, *self.facts.engaged)):
            return replace(self, versions=frozen)
        return course(self.facts.until(t), frozen, self.policy)

    def breakpoints(self) -> list[int]:
        """No other instant can change what the rules say; at many of these nothing does."""
        ordered = {order.ordered_at for order in self.facts.ledger.orders}
        returned = {at for at, _ in self.facts.ledger.free_refunds}
        recency = self.policy.turning_ages("recency").union(*(one.turning_ages() for one in self.versions.all()))
        aged = {at + age for at in ordered for age in recency | self.policy.turning_ages("tenure")}
        engaged = {at + age for at in self.facts.engaged for age in self.policy.turning_ages("engaged")}
        left = {gone for at in ordered | returned for gone in leaving(at, self.policy)}
        return sorted(self.acting.keys() | aged | engaged | left | self.versions.instants)

    def why_placed(self, t: int, direction: str | None) -> Cause:
        """Why the rules place her elsewhere at t than before it."""
        return self._why(t, direction, self._placed)

    def why_scored(self, t: int, direction: str | None) -> Cause:
        return self._why(t, direction, scores)

    def _placed(self, standing: Standing, scales: Scales) -> str | None:
        return segment(standing, scales, self.policy)

    def _why(self, t: int, direction: str | None, says: Says) -> Cause:
        if t in self.acting:
            return explanation(self.acting[t], direction)
        standing = self.history.at(t)
        if says(standing, self.versions.at(t - 1)) != says(standing, self.versions.at(t)):
            return {"type": "drift"}
        return {"type": "decay", "due": self._due(standing)}

    def _due(self, standing: Standing) -> str:
        for scales in (self.versions.at(standing.at), self.versions.at(standing.at - 1)):
            recency = scales.turning_ages() | self.policy.turning_ages("recency")
            if _turns(standing.at, standing.newest, recency):
                return "recency"
            if standing.at in self._window_ends:
                return "window"
            if _turns(standing.at, standing.oldest, self.policy.turning_ages("tenure")):
                return "tenure"
            if _turns(standing.at, standing.engaged, self.policy.turning_ages("engaged")):
                return "engaged"
        raise AssertionError(f"nothing is due at {standing.at}")

    @cached_property
    def _window_ends(self) -> set[int]:
        """When something that counts until then leaves."""
        ends = {
            left_at
            for order in self.facts.ledger.orders
            for left_at in leaving(order.ordered_at, self.policy)
            if order.counts_at(left_at, self.policy)
        }
        return ends.union(*(leaving(at, self.policy) for at, minor in self.facts.ledger.free_refunds if minor))


def course(facts: Facts, versions: Versions, policy: Policy) -> Course:
    return Course(facts, History(facts, policy), versions, policy)


def explanation(acting: list[Fact], direction: str | None) -> Cause:
    """An order explains a move up, an undoing one down; else the last fact does."""
    explaining = [fact for fact in acting if fact.kind in _EXPLAINED_BY.get(direction or "", set())]
    last = max(explaining or acting, key=lambda fact: (fact.occurred_at, fact.event_id, fact.kind))
    return {"type": last.kind, "event_id": last.event_id}


_EXPLAINED_BY = {
    "entry": {"order"},
    "up": {"order"},
    "down": {"refund", "cancellation"},
    "exit": {"refund", "cancellation"},
}


def _turns(t: int, since: int | None, ages: set[int]) -> bool:
    return since is not None and t - since in ages
