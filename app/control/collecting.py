"""Chunks of freezes in, in whatever order they come; which freezes are complete, and their values, out."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from schemas.freezes import FreezeChunk
from schemas.packed_values import unpack_values


class Misfit(Exception):
    """A chunk whose values do not fit together; the text names no value."""


class Values(NamedTuple):
    """The values of some customers, ascending; None where the policy has no quantiles of a score."""

    recency: "array[int] | None"
    frequency: "array[int] | None"
    monetary: "array[int] | None"

    @property
    def customers(self) -> int:
        """How many there are."""
        return max((len(values) for values in self if values is not None), default=0)


@dataclass(slots=True)
class _Part:
    """What one partition has told of one freeze."""

    chunks: dict[int, Values] = field(default_factory=dict)
    last: int | None = None

    @property
    def closed(self) -> bool:
        return self.last is not None and all(number in self.chunks for number in range(self.last + 1))

    def values(self) -> Iterator[Values]:
        """Give what counts: chunks behind the last are of an attempt that was not finished."""
        if self.last is not None:
            yield from (self.chunks[number] for number in range(self.last + 1))


@dataclass(slots=True)
class _Freeze:
    first_offset: int
    parts: dict[int, _Part] = field(default_factory=dict)


class Collected:
    """Keeps the chunks of freezes that are not decided yet."""

    def __init__(self, partitions: int, decided: int) -> None:
        self._partitions = partitions
        self._decided = decided
        self._freezes: dict[int, _Freeze] = {}
        self._closed = [decided] * partitions
        """Per partition the newest freeze that it has closed."""

    def take(self, chunk: FreezeChunk, offset: int) -> None:
        """Keep a chunk, unless its freeze is decided; one that comes again replaces itself. Misfit, ValueError."""
        if chunk.at <= self._decided:
            return
        if not 0 <= chunk.partition < self._partitions:
            raise Misfit(f"partition {chunk.partition} of {self._partitions}")
        values = _unpacked(chunk)
        freeze = self._freezes.setdefault(chunk.at, _Freeze(offset))
        part = freeze.parts.setdefault(chunk.partition, _Part())
        part.chunks[chunk.number] = values
        if chunk.last:
            part.last = chunk.number
        if part.closed:
            self._closed[chunk.partition] = max(self._closed[chunk.partition], chunk.at)

    def complete(self, *, exactly: bool) -> list[int]:
        """Give the freezes, ascending, to which nothing can come any more.

        A partition that has closed a later one has nothing to add. `exactly`: only those that every partition has
        closed itself, for one that was away over the instant has frozen nothing, whoever its customers are.
        """
        bound = min(self._closed)
        instants = sorted(at for at in self._freezes if at <= bound)
        return [at for at in instants if self._closed_by_all(at)] if exactly else instants

    def values(self, at: int) -> list[Values]:
        """Give all values of a complete freeze, chunk by chunk."""
        return [values for part in self._freezes[at].parts.values() if part.closed for values in part.values()]

    def forget(self, decided: int) -> None:
        """Drop every freeze up to an instant."""
        self._decided = max(self._decided, decided)
        self._freezes = {at: freeze for at, freeze in self._freezes.items() if at > self._decided}

    def shed(self, most: int) -> list[int]:
        """Drop all but the newest freezes, and say which: a partition that never closes one must not fill memory."""
        stale = sorted(self._freezes)[:-most]
        if stale:
            self.forget(stale[-1])
        return stale

    def needed_from(self, decided: int, position: int) -> int:
        """Give the offset before which nothing is needed once everything up to an instant is decided."""
        return min((freeze.first_offset for at, freeze in self._freezes.items() if at > decided), default=position)

    def _closed_by_all(self, at: int) -> bool:
        parts = self._freezes[at].parts
        return len(parts) == self._partitions and all(part.closed for part in parts.values())


def _unpacked(chunk: FreezeChunk) -> Values:
    values = Values(
        *(None if of is None else unpack_values(of) for of in (chunk.recency, chunk.frequency, chunk.monetary))
    )
    if len({len(of) for of in values if of is not None}) > 1:
        raise Misfit("scores with different numbers of customers")
    return values
