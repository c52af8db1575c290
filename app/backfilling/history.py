"""Accepted events in, in the order of the files; the whole history in the order of time out, and how much it is."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from app.backfilling import record_sorter
from app.backfilling.customer_count import CustomerCount
from app.backfilling.record_sorter import Record, RecordSorter
from app.simulate.spool import Spool
from schemas.topics import Feed


class History:
    """Everything that is to be sent; what is too much for memory lies in `scratch`."""

    def __init__(self, scratch: Path, limit: int = record_sorter.LIMIT) -> None:
        self._spools = Spool(scratch / "records"), Spool(scratch / "customers")
        self._sorter = RecordSorter(self._spools[0], limit)
        self._customers = CustomerCount(self._spools[1])
        self.records: Counter[Feed] = Counter()
        self.oldest: int | None = None
        self.newest: int | None = None

    @property
    def size(self) -> int:
        """How many records it has."""
        return self.records.total()

    def add(self, at: int, feed: Feed, customer_id: str, value: bytes) -> None:
        """Take an event over that was recorded at this instant."""
        self._sorter.add((at, self.size, feed, customer_id, value))
        self._customers.add(customer_id)
        self.records[feed] += 1
        self.oldest = at if self.oldest is None else min(self.oldest, at)
        self.newest = at if self.newest is None else max(self.newest, at)

    def customers(self) -> int:
        """Count whose events they are."""
        return self._customers.count()

    def in_order(self) -> Iterator[Record]:
        """Give all records by time, those of one millisecond in the order of the files."""
        return self._sorter.records()

    def close(self) -> None:
        """Give the space back."""
        for spool in self._spools:
            spool.close()
