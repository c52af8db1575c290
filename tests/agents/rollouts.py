"""Random histories of policies that may take over from one another, and of the cut points that some of them have."""

from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

from agents.decisions.in_force import InForce
from schemas.cut_points import CutPoints
from schemas.policy import Policy
from schemas.rollout import Rollout, obstacles
from tests.agents.small_policies import LADDER, small
from tests.builders import DAY, T0

STEEP: Final = """\
scores: {recency: {within: [10d, 90d]}, monetary: {at_least: [50.00]}}
segments: [{id: fresh, cells: ["32", "31"]}, {id: rich, cells: ["22", "12"]}, {id: gone, otherwise: true}]
"""
THIRDS: Final = """\
scores: {recency: {within: [30d]}, monetary: {quantiles: [50%], initial: [100.00]}}
segments: [{id: best, cells: ["22"]}, {id: fresh, cells: ["21"]}, {id: gone, otherwise: true}]
"""
AGED: Final = """\
scores: {recency: {quantiles: [50%], initial: [60d]}, frequency: {quantiles: [50%], initial: [1]}}
segments: [{id: best, cells: ["22"]}, {id: fading, cells: ["12", "21"]}, {id: gone, otherwise: true}]
"""
POLICIES: Final = [
    small(LADDER),
    small(STEEP),
    small(STEEP, "dwell: {down: 20d, up: 5d}\n"),
    small(THIRDS),
    small(THIRDS, "brink: [14d, 3d]\n"),
    small(AGED),
]
"""Each may take over from each other."""
STEADY: Final = [policy for policy in POLICIES if not policy.dwell.down_ms]
"""Those that hold nobody back."""
WINDOWED: Final = [small(text, "window: 90d\n") for text in (LADDER, STEEP, THIRDS, AGED)]
INSTANTS: Final = st.tuples(st.integers(-5, 300), st.sampled_from([0, 0, 1])).map(lambda at: T0 + at[0] * DAY + at[1])


@dataclass(frozen=True)
class Rules:
    """What comes into force when."""

    first: Policy
    rollouts: list[Rollout]
    cut_points: list[CutPoints]

    @property
    def in_force(self) -> InForce:
        return InForce(self.first, self.cut_points, rollouts=self.rollouts)


@st.composite
def rules(draw: st.DrawFn, policies: list[Policy] = POLICIES, *, most: int = 2) -> Rules:
    """Up to `most` policies after the first, and cut points as whoever is in force at their freeze wants them."""
    first, *later = draw(st.lists(st.sampled_from(policies), min_size=1, max_size=most + 1))
    assert not [told for policy in later for told in obstacles(first, policy)]
    starts = sorted(draw(st.sets(INSTANTS, min_size=len(later), max_size=len(later))))
    rollouts = [Rollout(policy, at, draw(st.booleans())) for policy, at in zip(later, starts, strict=True)]
    plain, versions = InForce(first, rollouts=rollouts), list[CutPoints]()
    for number, at in enumerate(sorted(draw(st.sets(INSTANTS, max_size=4))), 1):
        versions.append(draw(version(plain.policy_at(at), number, at)))
    return Rules(first, rollouts, [one for one in versions if any((one.recency, one.frequency, one.monetary))])


@st.composite
def version(draw: st.DrawFn, policy: Policy, number: int, at: int) -> CutPoints:
    """Cut points for a policy, frozen at an instant and in force soon after, before the next is frozen."""
    recency, frequency, monetary = policy.quantiles
    return CutPoints(
        number,
        at,
        at + draw(st.sampled_from([1, 600_000])),
        (draw(st.integers(0, 120)) * DAY,) if recency else None,
        (draw(st.integers(1, 4)),) if frequency else None,
        (draw(st.sampled_from([1, 4_000, 10_000, 50_000])),) if monetary else None,
    )
