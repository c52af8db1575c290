"""When rejections are no longer single mistakes but a broken feed: counts in, one clear reason to stop out.

Counted per slice of up to 1,000 records, for the order of good and bad records inside a slice is not told: a slice
without any accepted record makes the run of rejected ones longer, an accepted record ends it. The share is that of
the newest records of the partition, in blocks of a hundredth of what is judged, so that few counts are enough.
Counting begins anew when a partition is assigned.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.runtime.errors import SegueError
from app.settings import DeadLetterSettings

BLOCKS: Final = 100


class FeedBroken(SegueError):
    """So many records of a partition are rejected that draining them into the dead letters helps nobody."""


@dataclass(frozen=True, slots=True)
class Slice:
    """How many records of a slice were accepted and rejected."""

    accepted: int
    rejected: int

    @property
    def records(self) -> int:
        """All of them."""
        return self.accepted + self.rejected

    def and_then(self, other: "Slice") -> "Slice":
        """Count two slices as one."""
        return Slice(self.accepted + other.accepted, self.rejected + other.rejected)


NOTHING: Final = Slice(0, 0)


@dataclass(frozen=True, slots=True)
class Rejections:
    """What the newest records of a partition were; a value, so that a transaction that fails has counted nothing."""

    run: int = 0
    """Rejected records in a row."""
    seen: Slice = NOTHING
    """The newest records, all blocks together."""
    blocks: tuple[Slice, ...] = ()
    """The same, oldest first."""

    def after(self, slices: Iterable[Slice], over: int) -> "Rejections":
        """Count slices in the order of their records, and forget what is older than the newest `over` records."""
        counted = self
        for one in slices:
            counted = counted._after(one, over)
        return counted

    def _after(self, one: Slice, over: int) -> "Rejections":
        blocks, seen = self.blocks or (NOTHING,), self.seen.and_then(one)
        small = blocks[-1].records + one.records <= max(1, over // BLOCKS)
        blocks = (*blocks[:-1], blocks[-1].and_then(one)) if small else (*blocks, one)
        oldest = 0
        while seen.records - blocks[oldest].records >= over:
            seen = Slice(seen.accepted - blocks[oldest].accepted, seen.rejected - blocks[oldest].rejected)
            oldest += 1
        return Rejections(0 if one.accepted else self.run + one.rejected, seen, blocks[oldest:])

    def broken(self, limits: DeadLetterSettings) -> str | None:
        """Say which limit is passed, and by what; None while the feed is sound."""
        if limits.run and self.run > limits.run:
            return f"{self.run:,} rejected records in a row (SEGUE_DEAD_LETTERS__RUN={limits.run})"
        rejected, records = self.seen.rejected, self.seen.records
        if records >= limits.over and rejected > limits.share * records:
            return f"{rejected:,} of the last {records:,} records rejected (SEGUE_DEAD_LETTERS__SHARE={limits.share})"
        return None


def refuse_broken(rejections: Rejections, limits: DeadLetterSettings, partition: int) -> None:
    """FeedBroken when a limit is passed: nothing of the transaction in the making may commit then."""
    reason = rejections.broken(limits)
    if reason is not None:
        raise FeedBroken(
            f"partition {partition}: {reason}; the last transaction was not committed. Operator action: look at them "
            "with `segue dlq list` and mend what feeds the inputs; or raise the limit to let them all become dead "
            "letters."
        )
