"""Runs of one partition's inputs in; records in the order of their timestamps out, with the positions they end at."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import accumulate, islice
from operator import attrgetter, itemgetter

from agents.run import LogEnd, Record, Run

_timestamp, _topic = attrgetter("timestamp"), attrgetter("topic")


class Hole(Exception):
    """Records are missing between two runs: the task must open again and read from its committed offsets."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records for one transaction; `positions` are the next offsets to read once it is committed."""

    records: Sequence[Record]
    positions: Mapping[str, int]
    reached: Mapping[str, int]
    """Per topic the newest timestamp in the batch."""

    @property
    def oldest(self) -> int:
        """Timestamp of the first record, epoch ms."""
        return self.records[0].timestamp

    def slices(self, size: int) -> Iterator[Sequence[Record]]:
        """Cut into slices of `size` records and the rest of their last millisecond: that is judged in one piece."""
        records, start = self.records, 0
        while start < len(records):
            end = min(start + size, len(records))
            while end < len(records) and records[end].timestamp <= records[end - 1].timestamp:
                end += 1
            yield records[start:end]
            start = end


@dataclass(slots=True)
class _Input:
    """What is in hand of one topic. `end` is the position behind it all.

    `stamps` never fall: producers' clocks differ, but within a partition the order of the log stays.
    """

    end: int
    log_end: LogEnd | None = None
    """What the fetch of the newest run told."""
    records: list[Record] = field(default_factory=list)
    stamps: list[int] = field(default_factory=list)

    @property
    def position(self) -> int:
        return self.records[0].offset if self.records else self.end

    def up_to(self, bound: int | None, limit: int) -> int:
        """Count the records up to a bound, at most `limit` and the rest of the millisecond in which that falls."""
        stamps = self.stamps
        count = len(stamps) if bound is None else bisect_right(stamps, bound)
        return count if count <= limit else bisect_right(stamps, stamps[limit - 1], limit)

    def drop(self, count: int) -> None:
        del self.records[:count], self.stamps[:count]


class Intake:
    """Holds runs until a transaction takes their records; positions prove that nothing is missing."""

    def __init__(self, positions: Mapping[str, int]) -> None:
        self._inputs = {topic: _Input(at) for topic, at in positions.items()}
        self.size = 0

    def offer(self, run: Run) -> None:
        """Take a run in hand; Hole unless it begins where the one before ended, and no record lies before that."""
        held = self._inputs[run.topic]
        if run.start != held.end:
            raise Hole(f"{run.topic}: expected position {held.end}, got {run.start}")
        if run.records and run.records[0].offset < run.start:  # taken, it would put the position back
            raise Hole(f"{run.topic}: expected position {held.end}, got a record of {run.records[0].offset}")
        newest = held.stamps[-1] if held.stamps else 0
        held.stamps += islice(accumulate(map(_timestamp, run.records), max, initial=newest), 1, None)
        held.records += run.records
        held.end = run.end
        held.log_end = run.log_end
        self.size += len(run.records)

    def sated(self, high_water: int) -> list[str]:
        """Name the inputs that need no more for now: once more than that is in hand, those of which there is any."""
        if self.size <= high_water:
            return []
        return [topic for topic, held in self._inputs.items() if held.records]

    def hungry(self, low_water: int) -> list[str]:
        """Name the inputs to read on: all while less than that is in hand, and always those of which there is nothing.

        A lagging one of these is waited for, so that the others would stay in hand for ever.
        """
        return [topic for topic, held in self._inputs.items() if self.size < low_water or not held.records]

    def ends(self) -> dict[str, int]:
        """Give per topic the position behind everything in hand."""
        return {topic: held.end for topic, held in self._inputs.items()}

    def positions(self) -> dict[str, int]:
        """Give per topic the position before everything in hand."""
        return {topic: held.position for topic, held in self._inputs.items()}

    def front(self, lagging: Collection[str]) -> int | None:
        """Give the timestamp of the oldest record in hand; None without one, or while an older may be on its way."""
        if any(not self._inputs[topic].stamps for topic in lagging):
            return None
        return min((held.stamps[0] for held in self._inputs.values() if held.stamps), default=None)

    def fronts(self) -> dict[str, int]:
        """Give per topic with records in hand the timestamp of the oldest."""
        return {topic: held.stamps[0] for topic, held in self._inputs.items() if held.stamps}

    def log_end(self, topic: str) -> LogEnd | None:
        """Give what the fetch told that brought the newest run of a topic."""
        return self._inputs[topic].log_end

    def take(
        self, limit: int, lagging: Collection[str], *, portion: int | None = None, alone: bool = False,
        until: int | None = None,
    ) -> Batch | None:  # fmt: skip
        """Take the oldest records, at most `limit` and the rest of a millisecond; None when it is better to wait.

        `portion`, at most `limit`, is how many of them; those behind the instant `until` stay in hand.

        A lagging input with nothing in hand is waited for: its records may be older than all that is here.
        The newest millisecond of a lagging input stays in hand, for the rest of it may be on its way and
        facts of one millisecond are judged together; unless it alone is as large as a transaction.
        `alone` takes the first record of that batch only, though the rest of its millisecond stays behind.
        """
        if not self.size or any(not self._inputs[topic].records for topic in lagging):
            return None
        newest = min((self._inputs[topic].stamps[-1] for topic in lagging), default=None)
        take, most = self._first if alone else self._up_to, limit if portion is None else portion
        taken = take(_earlier(newest - 1 if newest is not None else None, until), most)
        if not taken and self.size >= limit:
            taken = take(_earlier(newest, until), most)
        return self._batch(taken) if taken else None

    def _first(self, bound: int | None, _: int) -> list[Record]:
        """Take the record with which a merged batch would begin."""
        fronts = [held for held in self._inputs.values() if held.up_to(bound, 1)]
        if not fronts:
            return []
        held = min(fronts, key=lambda front: front.stamps[0])
        taken = held.records[:1]
        held.drop(1)
        return taken

    def _up_to(self, bound: int | None, limit: int) -> list[Record]:
        """Merge the inputs by timestamp; within one input the order of the log stays."""
        fronts = [(held, held.up_to(bound, limit)) for held in self._inputs.values()]
        filled = [(held, count) for held, count in fronts if count]
        if len(filled) == 1:
            ((held, count),) = filled
            taken = held.records[:count]
            held.drop(count)
            return taken
        stamped = [zip(held.stamps[:n], held.records[:n], strict=True) for held, n in fronts]
        merged = list(merge(*stamped, key=itemgetter(0)))
        cut = bisect_right(merged, merged[limit - 1][0], limit, key=itemgetter(0)) if len(merged) > limit else None
        taken = [record for _, record in merged[:cut]]
        for topic, held in self._inputs.items():
            held.drop(sum(record.topic == topic for record in taken))
        return taken

    def _batch(self, taken: list[Record]) -> Batch:
        self.size -= len(taken)
        topics = set(map(_topic, taken))
        if len(topics) == 1:
            reached = dict.fromkeys(topics, max(map(_timestamp, taken)))
        else:
            reached = {topic: max(r.timestamp for r in taken if r.topic == topic) for topic in topics}
        return Batch(taken, self.positions(), reached)


def _earlier(one: int | None, other: int | None) -> int | None:
    """Give the earlier of two bounds; None is none."""
    return one if other is None else other if one is None else min(one, other)
