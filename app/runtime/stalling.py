"""Looks at a partition in, since when it stands still out, and whether that is a stall; no clock and no I/O.

A partition stands still while it commits nothing although records wait. That is a stall when it has lasted, and its lag
has grown meanwhile. Whoever restores its state, or waits for brokers that do not answer or for another owner of the
partition, does not stand still.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sight:
    """What one look at a partition has seen."""

    committed: Mapping[str, int]
    """Per input the position that is committed; one that is not known yet counts as 0."""
    ends: Mapping[str, int] | None
    """Per input the last stable offset; None: the brokers have not answered."""
    to_restore: float = 0
    """Changelog records."""
    waits: int = 0
    """How often the partition has had to wait for brokers or another owner, ever."""

    @property
    def lag(self) -> int | None:
        """Records and holes that are not committed; None: nobody knows."""
        if self.ends is None:
            return None
        return sum(max(0, end - self.committed.get(topic, 0)) for topic, end in self.ends.items())

    def moved_on(self, before: "Sight") -> bool:
        """Tell whether anything has moved, or has been waited for, since a look before."""
        return (dict(self.committed), self.to_restore, self.waits) != (
            dict(before.committed),
            before.to_restore,
            before.waits,
        )


@dataclass(frozen=True, slots=True)
class Standstill:
    """Since when (steady seconds) a partition stands still, and what was seen then."""

    since: float
    seen: Sight


def look(before: Standstill | None, seen: Sight, now: float) -> Standstill:
    """Go on with a standstill; it begins anew whenever something has moved, nothing waits, or nobody knows."""
    if before is None or not seen.lag or before.seen.lag is None or seen.moved_on(before.seen):
        return Standstill(now, seen)
    return before


def is_stalled(standstill: Standstill, seen: Sight, now: float, seconds: float) -> bool:
    """Tell whether a standstill has lasted so long, and lag has grown in it."""
    before, after = standstill.seen.lag, seen.lag
    return now - standstill.since >= seconds and before is not None and after is not None and after > before
