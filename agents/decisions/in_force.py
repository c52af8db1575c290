"""Policies and the history of cut points in, the judge in force at an instant out."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from agents.decisions.crossings import Crossings
from agents.decisions.judging import Judge
from schemas.customer_row import Counted
from schemas.cut_points import CutPoints
from schemas.policy import Policy
from schemas.rollout import Rollout
from schemas.scales import QuantileSet


class InForce:
    """Made once for a history of policies and of cut points; it keeps no customer."""

    __slots__ = (
        "_eras",
        "_firsts",
        "_starts",
        "ages_only",
        "attentive",
        "budgeted",
        "claws_back",
        "judges",
        "plain",
        "policy",
        "rolls",
        "scores",
        "varies",
        "watches",
    )

    def __init__(
        self,
        policy: Policy,
        cut_points: Sequence[CutPoints] = (),
        *,
        scores: bool = False,
        rollouts: Sequence[Rollout] = (),
    ) -> None:
        """`scores`: changes of score are told too. `rollouts`: the policies after the first, ascending."""
        self.policy = policy
        """The first one."""
        self.scores = scores
        terms = list(_terms([Rollout(policy, 0), *rollouts], cut_points))
        self.watches = scores or any(rollout.policy.by_occasion.scores for rollout in (Rollout(policy, 0), *rollouts))
        """Whether changes of score are looked for: to be told, or because a reward rule waits for some."""
        self.judges = [Judge(term.rollout.policy, term.cut_points, every=self.watches) for term in terms]
        self._starts = [term.start for term in terms[1:]]
        self._eras = list(_eras(terms, self.judges))
        self._firsts = [era.first for era in self._eras]
        self.rolls = len(self._eras) > 1
        """Whether another policy ever comes into force."""
        self.varies = len(terms) > 1
        """Whether new cut points or another policy ever come into force."""
        self.ages_only = not (self.watches or any(_is_timed(era.rollout.policy) for era in self._eras))
        """Whether time moves nobody but by ages and what comes into force: no window, least stay, announcements."""
        self.attentive = any(era.rollout.policy.attentive for era in self._eras)
        """Whether rewards of any policy ask for more than what has just happened."""
        self.claws_back = any(era.rollout.policy.claws_back for era in self._eras)
        """Whether any policy has rules that take back what is undone."""
        self.budgeted = any(budget.costs for era in self._eras for budget in era.rollout.policy.budgets)
        """Whether any policy has budgets that pay for something."""
        self.plain = self.ages_only and not self.varies

    def at(self, instant: int) -> Judge:
        """Give the judge in force at an instant."""
        return self.judges[bisect_right(self._starts, instant)] if self._starts else self.judges[0]

    def policy_at(self, instant: int) -> Policy:
        """Give the policy in force at an instant."""
        return self.at(instant).policy

    def silences(self, instant: int) -> bool:
        """Tell whether the policy in force at an instant has come so that the moves it causes stay unpublished."""
        return self._era(bisect_right(self._starts, instant)).rollout.silent

    @property
    def policies(self) -> list[Policy]:
        """All policies in the order in which they come into force."""
        return [era.rollout.policy for era in self._eras]

    def policies_until(self, instant: int) -> list[Policy]:
        """Give the policy in force at an instant and all before it, the newest first."""
        return [era.rollout.policy for era in reversed(self._eras) if era.rollout.effective_at <= instant]

    @property
    def longest_stay(self) -> int:
        """The longest least stay of any policy, ms."""
        return max(max(policy.dwell.up_ms, policy.dwell.down_ms) for policy in self.policies)

    @property
    def turns(self) -> Sequence[int]:
        """The instants at which new cut points or another policy come into force, ascending."""
        return self._starts

    def turn_after(self, of: Counted, instant: int) -> int:
        """Give the next instant at which another policy or other cut points may place a customer elsewhere; 0 = never.

        It may come too early, never too late.
        """
        place = bisect_right(self._starts, instant)
        era = self._era(place)
        if era.crossings is not None:
            place = era.first + era.crossings.after(of, place - era.first)
        return self._starts[place] if place < len(self._starts) else 0

    def _era(self, place: int) -> "_Era":
        return self._eras[bisect_right(self._firsts, place) - 1]


class _Term(NamedTuple):
    """From when on a policy scores by which cut points."""

    start: int
    rollout: Rollout
    cut_points: CutPoints | None


class _Era:
    """The judges of one policy, from `first` on in the list of all."""

    __slots__ = ("crossings", "first", "rollout")

    def __init__(self, rollout: Rollout, first: int, judges: Sequence[Judge]) -> None:
        self.rollout = rollout
        self.first = first
        policy = rollout.policy
        # Ages pass other cut points at other instants, and what leaves the window changes what they are compared with.
        skips = policy.window_ms is None and not (policy.recency and policy.recency.quantiles)
        self.crossings = Crossings(judges) if skips else None


def _terms(rollouts: Sequence[Rollout], cut_points: Sequence[CutPoints]) -> Iterator[_Term]:
    """Say what is in force when: cut points serve every policy with the quantiles that they were frozen for."""
    starts = [rollout.effective_at for rollout in rollouts]
    coming = sorted(cut_points, key=_effective_at)
    newest: dict[QuantileSet, CutPoints] = {}
    before: tuple[Rollout, CutPoints | None] | None = None
    for at in sorted({*starts, *map(_effective_at, coming)}):
        while coming and coming[0].effective_at <= at:
            version = coming.pop(0)
            frozen_for = rollouts[bisect_right(starts, version.frozen_at) - 1].policy
            newest[frozen_for.quantiles] = version
        rollout = rollouts[bisect_right(starts, at) - 1]
        term = (rollout, newest.get(rollout.policy.quantiles))
        if term != before:
            yield _Term(at, *term)
        before = term


def _eras(terms: Sequence[_Term], judges: Sequence[Judge]) -> Iterator[_Era]:
    first = 0
    for rollout, group in groupby(terms, key=_rollout):
        end = first + len(list(group))
        yield _Era(rollout, first, judges[first:end])
        first = end


def _effective_at(version: CutPoints) -> int:
    return version.effective_at


def _rollout(term: _Term) -> Rollout:
    return term.rollout


def _is_timed(policy: Policy) -> bool:
    dwell = policy.dwell
    return policy.window_ms is not None or bool(dwell.up_ms or dwell.down_ms or policy.brink_ms)
