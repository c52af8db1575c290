"""Runs: the records of one partition that one fetch brought, on their way to the partition's task."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

Headers = Sequence[tuple[str, bytes]]


class Record(Protocol):
    """A Kafka record as it was fetched; timestamps are epoch ms."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


class LogEnd(NamedTuple):
    """What a fetch told of the end of a partition's log."""

    offset: int
    """The last stable offset: everything before it can be read."""
    asked_at: int
    """When the fetch was sent, epoch ms."""
    written: int = 0
    """The high watermark: the last stable offset, or beyond it while a transaction is open; 0 where nobody asks."""


class Run(Protocol):
    """Records with the positions [start, end) that they cover; holes of the log (aborted records) are inside."""

    @property
    def topic(self) -> str: ...
    @property
    def records(self) -> Sequence[Record]: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def log_end(self) -> LogEnd | None: ...

    def hand_over(self) -> None:
        """Give the run to the task that holds its lease; a run of a lease that has ended is dropped."""
