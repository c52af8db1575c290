"""Files of sorted rows in, a view that is read for the first time out; indexes are made when all is there.

Nobody asks meanwhile. So no row is looked up to take away what it was indexed by, each customer is indexed once however
often she was published, and rows go past the memtable: sorted files that RocksDB takes as they are cost it a third.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from rocksdict import Checkpoint, Rdict, WriteBatch

from app.serving import keys
from app.serving.draft import counted_as
from app.serving.gathered import Gathered, Indexed
from app.serving.gathering import GATHERED, Gatherer
from app.serving.indexing import index_rows
from app.serving.keys import long, prefixes
from app.serving.level import Place
from app.serving.stored import clear
from tables.sorted_files import take_over

START, END = keys.CUSTOMER, keys.end(keys.CUSTOMER)


class FirstReading:
    """Puts rows of customers; a position is written behind the rows that it promises, and may lag behind them.

    After a kill the rest is read again: rows are put as they were, the newest last.
    """

    def __init__(self, db: Rdict, scratch: Path, most: int = GATHERED) -> None:
        self._db, self.scratch = db, scratch
        shutil.rmtree(scratch, ignore_errors=True)  # of one that was killed
        scratch.mkdir(parents=True)
        self._gatherer = Gatherer(numbered(scratch, "rows"), most)
        self._marks: list[bytes] = []
        self._sizes: Counter[str | None] = Counter()

    def take(self, records: list[Any], place: Place, position: int) -> Gathered | None:
        """Take what one fetch brought of a partition; gives what is to be put once there is much of it."""
        self._gatherer.take(records, place, position)
        return self._gatherer.write() if self._gatherer.full else None

    def rest(self) -> Gathered:
        """Give what was taken and is not put yet."""
        return self._gatherer.write()

    def put(self, gathered: Gathered) -> None:
        """Put rows of customers, then the positions that promise them."""
        if gathered.file is not None:
            take_over(self._db, gathered.file)
        batch = WriteBatch(raw_mode=True)
        for place, position in gathered.positions.items():
            batch.put(keys.position_key(*place), long(position))
        self._db.write(batch)
        self._marks += gathered.marks

    def index(self) -> Iterator[None]:
        """Put every index, a piece between two looks at what else is to be done."""
        for indexed in index_rows(self._db, START, END, numbered(self.scratch, "index")):
            if indexed is not None:
                self.put_index(indexed)
            yield

    def begin_index(self) -> None:
        """Take away what an indexing that was cut short has left."""
        self._sizes = Counter()
        for family in (keys.IN_SEGMENT, keys.DUE, keys.SIZE):
            clear(self._db, family)

    def put_index(self, indexed: Indexed) -> None:
        """Put index entries of so many customers."""
        for file in indexed.files:
            take_over(self._db, file)
        self._sizes.update(indexed.sizes)

    def end_index(self) -> None:
        """Write how many stand where, and that everything is indexed."""
        batch = WriteBatch(raw_mode=True)
        for segment, size in self._sizes.items():
            batch.put(keys.SIZE + prefixes(segment)[0], counted_as(size))
        batch.delete(keys.UNINDEXED)
        self._db.write(batch)
        shutil.rmtree(self.scratch, ignore_errors=True)  # processes that were ended have left files

    def frozen(self) -> Path:
        """Give a database of the same files that does not change."""
        path = self.scratch / "frozen.db"
        Checkpoint(self._db).create_checkpoint(str(path))
        return path

    def shares(self, count: int) -> list[tuple[bytes, bytes]]:
        """Cut the rows of customers into so many ranges of about the same size."""
        marks = sorted(self._marks)
        cuts = {keys.CUSTOMER + marks[len(marks) * number // count] for number in range(1, count) if marks}
        bounds = [START, *sorted(cuts), END]
        return list(pairwise(bounds))


def numbered(scratch: Path, name: str) -> Iterator[Path]:
    """Name files that nobody else writes."""
    number = 0
    while True:
        yield scratch / f"{name}-{number}.sst"
        number += 1
