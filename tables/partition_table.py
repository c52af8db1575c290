"""Committed rows of one partition: newest in memory, the rest in RocksDB, read as one and written back together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rocksdict import Rdict, WriteBatch

from tables.batches import change
from tables.draft import Draft, Row
from tables.due_index import DueIndex
from tables.keys import BEHIND_TOMBSTONES, POSITION, TOMBSTONE
from tables.position import Position, decode_position, encode_position
from tables.scanning import scan

SLICE: Final = 1_000
"""Rows put into a batch between two pauses."""


class PartitionTable:
    """The database is always a prefix of the committed changelog: rows reach it only after their commit,
    together with their position, so a kill at any instant is only slower."""

    def __init__(self, db: Rdict) -> None:
        self.db = db
        self.due = DueIndex(db)
        stored = db.get(POSITION)
        self.position = decode_position(stored) if stored is not None else None
        self.has_tombstones = next(scan(db, TOMBSTONE, BEHIND_TOMBSTONES, 1), None) is not None
        """Whether any customer has ever been erased here."""
        self._young: dict[bytes, bytes | None] = {}
        self._old: dict[bytes, bytes | None] = {}
        self._by_time: dict[bytes, dict[bytes, bytes | None]] = {}

    def begin(self) -> "Draft":
        """Open a draft of the next transaction's changes."""
        return Draft(self)

    def get(self, key: bytes) -> bytes | None:
        """Read one row."""
        for generation in (self._young, self._old):
            if key in generation:
                return generation[key]
        value: bytes | None = self.db.get(key)
        return value

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Read rows in the order of their keys, the database in one call."""
        young, old = self._young, self._old
        found: list[bytes | None] = []
        missing: list[int] = []
        for i, key in enumerate(keys):
            if key in young:
                found.append(young[key])
            elif key in old:
                found.append(old[key])
            else:
                found.append(None)
                missing.append(i)
        if missing:
            stored = self.db.get([keys[i] for i in missing]) or []
            for i, value in zip(missing, stored, strict=True):
                found[i] = value
        return found

    def over(self, rows: Sequence[Row]) -> list[Row]:
        """Lay what the database does not know over rows that were read from it; none is added."""
        young = self._young  # what is older has been written
        return [(row[0], young[row[0]]) if row[0] in young else row for row in rows]

    def unwritten_rows(self, prefix: bytes) -> Mapping[bytes, bytes | None]:
        """Give the rows under a prefix that are newer than the database; looks at all in memory, so only rarely."""
        return {
            key: value
            for generation in (self._old, self._young)
            for key, value in generation.items()
            if key.startswith(prefix)
        }

    def by_time_changes(self, customer: bytes) -> Mapping[bytes, bytes | None]:
        """Give the by-time entries of a customer that the database does not know yet."""
        return self._by_time.get(customer, {})

    def apply(self, changes: Draft, position: Position) -> None:
        """Take over what a transaction has committed."""
        self._young.update(changes.rows)
        self.has_tombstones = changes.has_tombstones
        for customer, entries in changes.times.items():
            self._by_time.setdefault(customer, {}).update(entries)
        self.take_dues(changes)
        self.position = position

    def take_dues(self, changes: Draft) -> None:
        """Take over the due entries alone: where all that fired was stale, there is nothing to commit."""
        for at, customer in changes.dues:
            self.due.add(at, customer)

    @property
    def unwritten(self) -> int:
        """Rows that wait in memory."""
        return len(self._young)

    @property
    def stored_bytes(self) -> int:
        """Size of the database's files, without its log."""
        return self.db.property_int_value("rocksdb.total-sst-files-size") or 0

    def flush(self) -> None:
        """Write back everything with its position in one batch; the rows stay readable from memory."""
        for _ in self.write_back():
            pass

    def write_back(self) -> Iterator[None]:
        """Flush, with a pause offered after every slice of rows; nothing else may touch the table meanwhile."""
        if self.position is None:
            return
        batch, young = WriteBatch(raw_mode=True), self._young
        for count, (key, value) in enumerate(self._derived(), 1):
            change(batch, key, value)
            if count % SLICE == 0:
                yield
        for count, key in enumerate(sorted(young), 1):
            change(batch, key, young[key])
            if count % SLICE == 0:
                yield
        batch.put(POSITION, encode_position(self.position))
        self.db.write(batch)
        self._old, self._young, self._by_time = self._young, {}, {}
        self.due.flushed()

    def _derived(self) -> Iterator[tuple[bytes, bytes | None]]:
        """Sorted within each kind, as batches are."""
        yield from self.due.changes()
        for customer in sorted(self._by_time):
            yield from sorted(self._by_time[customer].items())
