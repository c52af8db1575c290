"""One partition of a simulated log: records and control records take offsets, open transactions hold its stable end."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeGuard

Headers = list[tuple[str, bytes]]
Written = tuple[bytes | None, bytes | None, Headers]
"""Key, value, headers."""


@dataclass(eq=False, slots=True)
class Transaction:
    """What stands between a begin and its markers."""

    producer: str
    outcome: Literal["open", "committed", "aborted"] = "open"


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

    def read(self, start: int, limit: int) -> Answer:
        """Read committed records from a position on, looking at `limit` offsets at most."""
        end = self.stable_end
        behind = min(end, start + limit)
        return Answer([e for e in self.entries[start:behind] if _counts(e)], max(start, behind), end, self.end)

    def committed(self, until: int | None = None) -> list[Entry]:
        """Give all records before an offset of which it is decided that they count, markers or not."""
        return [e for e in self.entries[:until] if _counts(e)]


def _counts(entry: Entry | None) -> TypeGuard[Entry]:
    return entry is not None and (entry.transaction is None or entry.transaction.outcome == "committed")
