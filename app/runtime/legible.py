"""What a fetch brought in; the same records out, also where a header's name is no UTF-8.

aiokafka raises in the middle of the batch of such a record, and whoever asked loses what it had read of it. Few are
read here: those of a fetch with such a record, from its batch on.
"""

from collections.abc import Iterator
from typing import Any

import structlog
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy, _DefaultRecordPy
from aiokafka.record.memory_records import MemoryRecords, _MemoryRecordsPy
from aiokafka.record.util import decode_varint

log = structlog.get_logger("segue.legible")

Header = tuple[str, bytes | None]


class KeptRecords(MemoryRecords):  # type: ignore[misc]  # aiokafka compiles it, and says only what it can do
    """Stock does not give back the bytes that it reads."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw)
        self.raw = raw


class LegibleFetch(fetcher.PartitionRecords):  # type: ignore[misc]  # aiokafka has no types
    """What one fetch has brought of a partition."""

    _records: Any

    def _unpack_records(self) -> Iterator[Any]:
        try:
            yield from super()._unpack_records()
        except UnicodeDecodeError:
            log.warning(
                "a header's name is no UTF-8: read with what is wrong in it written out",
                topic=self._tp.topic,
                partition=self._tp.partition,
                offset=self.next_fetch_offset,
            )
            # Which producers' transactions are aborted is known up to this batch, which is the first of the rest.
            self._records = LegibleRecords(self._records.raw, self.next_fetch_offset)
            yield from super()._unpack_records()


def read_legibly(fetches: type[LegibleFetch] = LegibleFetch) -> None:
    """Let all consumers of this process read such records; lean ones stay."""
    if not issubclass(fetcher.PartitionRecords, fetches):
        fetcher.PartitionRecords = fetches
    fetcher.MemoryRecords = KeptRecords


class LegibleRecords:
    """The batches that end behind an offset."""

    def __init__(self, raw: bytes, offset: int) -> None:
        self._records: Any = _MemoryRecordsPy(raw)
        self._offset = offset
        self._next = self._find()

    def has_next(self) -> bool:
        """Whether another batch is there."""
        return self._next is not None

    def next_batch(self) -> Any:
        """Give the next batch; only after `has_next`."""
        found, self._next = self._next, self._find()
        return found

    def _find(self) -> Any:
        while self._records.has_next():
            piece = self._records._next_slice
            batch = self._records.next_batch()
            if batch.next_offset > self._offset:
                return _legible(piece) if piece[_MemoryRecordsPy.MAGIC_OFFSET] >= 2 else batch
        return None


def _legible(piece: memoryview) -> Any:
    batch: Any = _DefaultRecordBatchPy(piece)
    batch._read_msg = lambda: _read(batch)
    return batch


def _read(batch: Any) -> Any:
    """Read one record as stock does, but for the names of headers: what is no UTF-8 in them is written as `\\xff`."""
    buffer = batch._buffer
    _, pos = decode_varint(buffer, batch._pos)  # length
    _, pos = decode_varint(buffer, pos)  # attributes
    later, pos = decode_varint(buffer, pos)
    behind, pos = decode_varint(buffer, pos)
    key, pos = _bytes(buffer, pos)
    value, pos = _bytes(buffer, pos)
    count, pos = decode_varint(buffer, pos)
    headers: list[Header] = []
    for _ in range(count):
        name, pos = _bytes(buffer, pos)
        content, pos = _bytes(buffer, pos)
        headers.append(((name or b"").decode("utf-8", "backslashreplace"), content))
    batch._pos = pos
    appended = batch.timestamp_type == batch.LOG_APPEND_TIME
    at = batch.max_timestamp if appended else batch.first_timestamp + later
    return _DefaultRecordPy(batch.base_offset + behind, at, batch.timestamp_type, key, value, headers)


def _bytes(buffer: bytearray, pos: int) -> tuple[bytes | None, int]:
    length, pos = decode_varint(buffer, pos)
    return (bytes(buffer[pos : pos + length]), pos + length) if length >= 0 else (None, pos)
