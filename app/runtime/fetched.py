"""Records as aiokafka reads them from a batch in; records of the fields that Segue looks at out."""

from collections.abc import Iterator
from typing import Any

from aiokafka import TopicPartition
from msgspec import Struct

from app.runtime.legible import LegibleFetch, read_legibly


class Fetched(Struct, frozen=True, gc=False):
    """A record with its place; timestamps are epoch ms."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


class FetchedRecords(LegibleFetch):
    """Stock makes a dataclass of eleven fields for each record, and asks it for its key and value three times."""

    def __iter__(self) -> Iterator[Fetched]:
        """Iterate over the records at once: stock goes by a method of its own for each of them."""
        records: Iterator[Fetched] = self._records_iterator
        return records

    def _consumer_record(self, tp: TopicPartition, record: Any) -> Fetched:
        return Fetched(
            tp.topic, tp.partition, record.offset, record.timestamp, record.key, record.value, record.headers
        )


def read_lean_records() -> None:
    """Let all consumers of this process give such records; it has none that would decode keys or values."""
    read_legibly(FetchedRecords)
