"""Records as aiokafka reads them from a batch in; records of the fields that Segue looks at out."""

from collections.abc import Iterator
from typing import Any

from aiokafka import TopicPartition
from msgspec import Struct

from agents.run import Headers
from app.runtime.legible import LegibleFetch, read_legibly


class Fetched(Struct, frozen=True, gc=False):
    """A record with its place; timestamps are epoch ms."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class FetchedRecords(LegibleFetch):
    """Stock makes a dataclass of eleven fields for each record, and asks it for its key and value three times."""

    def __iter__(self) -> Iterator[Fetched]:
        """Iterate over the records at once: stock goes by a method of its own for each of them."""
        records: Iterator[Fetched] = self._records_iterator
        return records

    def _consumer_record(self, tp: TopicPartition, record: Any) -> Fetched:
        # Most have none: an empty list each would be 56 bytes more of what is in hand, and searched for garbage.
        headers = record.headers or ()
        return Fetched(tp.topic, tp.partition, record.offset, record.timestamp, record.key, record.value, headers)


def read_lean_records() -> None:
    """Let all consumers of this process give such records; it has none that would decode keys or values."""
    read_legibly(FetchedRecords)
