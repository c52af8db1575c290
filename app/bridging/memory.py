"""What a bridge remembers: rows of a compacted topic, copied at every start into a database that may be lost."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from aiokafka import TopicPartition
from rocksdict import Rdict, WriteBatch

from app.runtime.clients import committed_reader
from app.settings import Settings
from app.spans import Span, batches
from tables.rocks import RocksMemory

CACHE_MIB: Final = 32
WRITE_BUFFERS_MIB: Final = 32


class BridgeMemory:
    """Rows by key; changes are applied when the transaction that has sent them to the topic is committed."""

    def __init__(self, directory: Path) -> None:
        """Begin empty: what was here is a copy."""
        path = directory / "rows"
        shutil.rmtree(path, ignore_errors=True)
        self._db: Rdict = RocksMemory(CACHE_MIB, WRITE_BUFFERS_MIB).open(path)

    def look(self, key: bytes) -> bytes | None:
        """Give a row."""
        found: bytes | None = self._db.get(key)
        return found

    def apply(self, rows: Mapping[bytes, bytes | None]) -> None:
        """Change rows, all at once."""
        batch = WriteBatch(raw_mode=True)
        for key, value in rows.items():
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        self._db.write(batch)

    async def load(self, settings: Settings, topic: TopicPartition) -> int:
        """Copy the topic up to its end and give the number of records; nobody else may be writing to it."""
        consumer = committed_reader(settings.kafka)
        read = 0
        try:
            await consumer.start()
            begins, ends = await consumer.beginning_offsets([topic]), await consumer.end_offsets([topic])
            async for records in batches(consumer, Span(topic, begins[topic], ends[topic])):
                self.apply({record.key: record.value for record in records})
                read += len(records)
        finally:
            await consumer.stop()
        return read

    def close(self) -> None:
        """Close the database."""
        self._db.close()
