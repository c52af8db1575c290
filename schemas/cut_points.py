"""Cut points: the values that separate the scores of a policy with quantiles, frozen at an instant, never changed."""

from msgspec import Struct


class CutPoints(Struct, frozen=True, gc=False):
    """One version. A score without quantiles has None: its bounds stand in the policy.

    Ages in ms, money in minor units. In wire order of the published list.
    """

    version: int
    """1, 2, 3 ...; 0 is what the policy calls `initial`."""
    frozen_at: int
    effective_at: int
    recency: tuple[int, ...] | None
    frequency: tuple[int, ...] | None
    monetary: tuple[int, ...] | None
