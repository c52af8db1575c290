"""Real RocksDB databases, emptied between runs: what a process has written stays, whatever becomes of the process."""

from pathlib import Path
from typing import Any

from rocksdict import Rdict, WriteBatch, WriteOptions

from tables.keys import BY_TIME, DUE, POSITION
from tests.builders import MEMORY

Rows = dict[bytes, bytes]


class Disks:
    """Databases for as many runs as come, one after another."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._free: list[Rdict] = []
        self._made: list[Rdict] = []

    def take(self) -> Rdict:
        """Give an empty database."""
        if not self._free:
            self._made.append(MEMORY.open(self._directory / str(len(self._made))))
            options: Any = WriteOptions()  # its stubs take what can be set for methods
            options.disable_wal = True  # this process does not die
            self._made[-1].set_write_options(options)
            self._free.append(self._made[-1])
        return self._free.pop()

    def put_back(self, db: Rdict) -> None:
        """Empty a database; nobody uses it any more."""
        empty(db)
        self._free.append(db)

    def close(self) -> None:
        """Close all; nothing is kept."""
        for db in self._made:
            db.close()


class Disk:
    """The store of one worker; outlives its processes."""

    def __init__(self, disks: Disks) -> None:
        self._disks = disks
        self.databases: dict[int, Rdict] = {}

    def database(self, partition: int) -> Rdict:
        """Give the open database of a partition."""
        if partition not in self.databases:
            self.databases[partition] = self._disks.take()
        return self.databases[partition]

    def wipe(self, partition: int) -> Rdict:
        """Throw the state of a partition away."""
        empty(self.database(partition))
        return self.database(partition)

    def release(self, partition: int) -> None:
        """Keep it open: these disks do not fail."""

    def set_aside(self, partition: int) -> None:
        """Begin anew."""
        self.wipe(partition)

    def forget(self, before_ms: int) -> list[str]:
        """Nothing is kept aside here."""
        return []

    def copy(self) -> dict[int, Rows]:
        """Give all that stands on it."""
        return {partition: rows(db) for partition, db in self.databases.items()}

    def become(self, copy: dict[int, Rows]) -> None:
        """Hold an earlier copy of itself, which may be nothing."""
        for partition, db in self.databases.items():
            empty(db)
            for key, value in copy.get(partition, {}).items():
                db.put(key, value)

    def give_back(self) -> None:
        """End with this run."""
        for db in self.databases.values():
            self._disks.put_back(db)
        self.databases = {}


def rows(db: Rdict) -> Rows:
    """Read everything."""
    found: Rows = {}
    for key, value in db.items():
        assert isinstance(key, bytes), "stores are raw"
        found[key] = value
    return found


def is_local(key: bytes) -> bool:
    """Whether a row is derived, and stands in no changelog."""
    return key == POSITION or key[:1] in (BY_TIME, DUE)


def empty(db: Rdict) -> None:
    batch = WriteBatch(raw_mode=True)
    for key in list(db.keys()):
        batch.delete(key)
    db.write(batch)
