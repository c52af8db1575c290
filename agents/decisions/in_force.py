"""A policy and the history of its cut points in, the judge in force at an instant out."""

from bisect import bisect_right
from collections.abc import Sequence

from agents.decisions.judging import Judge
from schemas.cut_points import CutPoints
from schemas.policy import Policy


class InForce:
    """Made once for a policy and a history of cut points; it keeps no customer."""

    __slots__ = ("_starts", "judges", "plain", "policy", "scores")

    def __init__(self, policy: Policy, cut_points: Sequence[CutPoints] = (), *, scores: bool = False) -> None:
        """`scores`: changes of score are told too."""
        self.policy = policy
        self.scores = scores
        self.judges = [Judge(policy, version, every=scores) for version in (None, *cut_points)]
        self._starts = [version.effective_at for version in cut_points]
        self.plain = not (policy.window_ms is not None or policy.dwell.up_ms or policy.dwell.down_ms or policy.brink_ms)
        """Whether time moves nobody but by ages: no window, no least stay, no announcements."""
        self.plain = self.plain and not scores and not cut_points

    def at(self, instant: int) -> Judge:
        """Give the judge in force at an instant."""
        return self.judges[bisect_right(self._starts, instant)] if self._starts else self.judges[0]

    def starts_after(self, instant: int) -> int:
        """Give the next instant at which other cut points come into force; 0 = none."""
        place = bisect_right(self._starts, instant)
        return self._starts[place] if place < len(self._starts) else 0
