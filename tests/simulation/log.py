"""One partition of a simulated log: records and control records take offsets, open transactions hold its stable end."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Headers = list[tuple[str, bytes]]
Written = tuple[bytes | None, bytes | None, Headers]
"""Key, value, headers."""


@dataclass(eq=False, slots=True)
class Transaction:
    """What stands between a begin and its markers."""

    producer: str
    outcome: Literal["open", "committed", "aborted", "hanging"] = "open"
    """Hanging: it is over, and its markers were lost; the next of its producer ends it, log by log."""


class Entry(NamedTuple):
    """A record as aiokafka gives it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    transaction: Transaction | None


class Answer(NamedTuple):
    """What a fetch of committed records gives."""

    records: list[Entry]
    next: int
    """The position behind them, holes included."""
    stable_end: int
    end: int


@dataclass(slots=True)
class Log:
    """Offsets are places in `entries`; None is a control record."""

    topic: str
    partition: int
    entries: list[Entry | None] = field(default_factory=list)
    open: dict[Transaction, int] = field(default_factory=dict)
    """Where each open transaction begins."""
    ended_as: dict[Transaction, Transaction] = field(default_factory=dict)
    """The transactions whose markers have ended hanging ones here."""

    @property
    def end(self) -> int:
        """The high watermark."""
        return len(self.entries)

    @property
    def stable_end(self) -> int:
        """The last stable offset."""
        return min(self.open.values(), default=self.end)

    def append(self, records: Iterable[Written], at: int, transaction: Transaction | None = None) -> int:
        """Write records with a timestamp (epoch ms); gives the offset of the first."""
        begin = self.end
        if transaction is not None:
            self.open.setdefault(transaction, begin)
        for key, value, headers in records:
            entry = Entry(self.topic, self.partition, self.end, at, key, value, headers, transaction)
            self.entries.append(entry)
        return begin

    def mark(self, transaction: Transaction) -> None:
        """Write the marker that ends a transaction here."""
        self.entries.append(None)
        self.open.pop(transaction, None)
        self._end_hanging(transaction, [t for t in self._hanging() if t.producer == transaction.producer])

    def end_hanging(self, transaction: Transaction) -> None:
        """Let whatever hangs here end as this one did."""
        if hanging := self._hanging():
            self.entries.append(None)
            self._end_hanging(transaction, hanging)

    def _hanging(self) -> list[Transaction]:
        return [other for other in self.open if other.outcome == "hanging"]

    def _end_hanging(self, transaction: Transaction, hanging: Iterable[Transaction]) -> None:
        for other in hanging:
            del self.open[other]
            self.ended_as[other] = transaction

    def read(self, start: int, limit: int, *, uncommitted: bool = False) -> Answer:
        """Read from a position on, committed records or all, looking at `limit` offsets at most."""
        end = self.end if uncommitted else self.stable_end
        behind = min(end, start + limit)
        records = [e for e in self.entries[start:behind] if e is not None and (uncommitted or self._counts(e))]
        return Answer(records, max(start, behind), end, self.end)

    def committed(self, until: int | None = None) -> list[Entry]:
        """Give all records before an offset of which it is decided that they count, markers or not."""
        return [e for e in self.entries[:until] if e is not None and self._counts(e)]

    def _counts(self, entry: Entry) -> bool:
        of = entry.transaction
        return of is None or self.ended_as.get(of, of).outcome == "committed"
