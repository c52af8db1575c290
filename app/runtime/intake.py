"""Runs of one partition's inputs in; records in the order of their timestamps out, with the positions they end at."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from operator import itemgetter

from agents.run import Record, Run


Stamped = tuple[int, Record]


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


@dataclass(slots=True)
class _Input:
    """What is in hand of one topic. `end` is the position behind it all."""

    end: int
    records: deque[Stamped] = field(default_factory=deque)
    newest: int = 0


class Intake:
    """Holds runs until a transaction takes their records; positions prove that nothing is missing."""

    def __init__(self, positions: Mapping[str, int]) -> None:
        self._inputs = {topic: _Input(at) for topic, at in positions.items()}
        self.size = 0

    def offer(self, run: Run) -> None:
        """Take a run in hand; Hole unless it begins where the one before ended."""
        held = self._inputs[run.topic]
        if run.start != held.end:
            raise Hole(f"{run.topic}: expected position {held.end}, got {run.start}")
        for record in run.records:
            # Producers' clocks differ: within a partition time is not let run backwards, order stays.
            if record.timestamp > held.newest:
                held.newest = record.timestamp
            held.records.append((held.newest, record))
        held.end = run.end
        self.size += len(run.records)

    def ends(self) -> dict[str, int]:
        """Give per topic the position behind everything in hand."""
        return {topic: held.end for topic, held in self._inputs.items()}

    def positions(self) -> dict[str, int]:
        """Give per topic the position before everything in hand."""
        return {
            topic: held.records[0][1].offset if held.records else held.end
            for topic, held in self._inputs.items()
        }

    def take(self, limit: int, lagging: Collection[str]) -> Batch | None:
        """Take the oldest records, at most `limit`; None when it is better to wait.

        A lagging input with nothing in hand is waited for: its records may be older than all that is here.
        The newest millisecond of a lagging input stays in hand, for the rest of it may be on its way and
        facts of one millisecond are judged together; unless it alone is as large as a transaction.
        """
        if not self.size:
            return None
        bound: int | None = None
        for topic in lagging:
            held = self._inputs[topic]
            if not held.records:
                return None
            bound = held.newest - 1 if bound is None else min(bound, held.newest - 1)
        taken = self._up_to(bound, limit)
        if not taken and self.size >= limit:
            taken = self._up_to(None, limit)
        return self._batch(taken) if taken else None

    def _up_to(self, bound: int | None, limit: int) -> list[Record]:
        """Merge the inputs by timestamp; within one input the order of the log stays."""
        if len(self._inputs) == 1:
            (held,) = self._inputs.values()
            merged = list(_until(held.records, bound, limit))
        else:
            queues = [_until(held.records, bound, limit) for held in self._inputs.values()]
            merged = list(_until(merge(*queues, key=itemgetter(0)), bound, limit))
        for _, record in merged:
            self._inputs[record.topic].records.popleft()
        return [record for _, record in merged]

    def _batch(self, taken: list[Record]) -> Batch:
        self.size -= len(taken)
        reached: dict[str, int] = {}
        for record in taken:
            reached[record.topic] = max(reached.get(record.topic, 0), record.timestamp)
        return Batch(taken, self.positions(), reached)


def _until(records: Iterable[Stamped], bound: int | None, limit: int) -> Iterator[Stamped]:
    """Give up to `limit` records not later than the bound, and the rest of the millisecond in which that falls."""
    last = 0
    for count, stamped in enumerate(records):
        at = stamped[0]
        if (bound is not None and at > bound) or (count >= limit and at > last):
            return
        last = at
        yield stamped
