"""A changelog in, its rows in the local store out, from the position that the store has kept."""

from collections.abc import Callable

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from rocksdict import Rdict

from app.runtime.state_checks import check_begins, shorter
from schemas.topics import DELETE_RETENTION_MS
from tables.keys import POSITION
from tables.position import Position, decode_position
from tables.restoring import FILE_ROWS, put_restored

log = structlog.get_logger("segue.restore")

FETCH_BYTES = 4 * 1024 * 1024
READ_AGAIN = 200_000
"""So many rows are read again at most, and one fetch, when a worker is killed meanwhile."""
OLDEST_STORE_MS = DELETE_RETENTION_MS // 2


def is_outdated(db: Rdict, now: int) -> bool:
    """Tell whether a store may have missed tombstones that compaction has removed by now."""
    stored = db.get(POSITION)
    return stored is not None and now - decode_position(stored).level_at > OLDEST_STORE_MS


async def restore(
    db: Rdict,
    changelog: TopicPartition,
    new_consumer: Callable[..., AIOKafkaConsumer],
    remaining: Callable[[int], None],
    now: int,
) -> int:
    """Bring a store level with its changelog; gives the number of rows read. `remaining` hears of progress,
    `new_consumer` knows the brokers, `now` is the instant (epoch ms). StateRefused where the changelog does not
    have, or not any more, what the store lacks.

    It loops on positions, not on offsets of records: the log ends with control records and has holes.
    """
    stored = db.get(POSITION)
    held = decode_position(stored) if stored is not None else Position(0, now)
    consumer = new_consumer(
        isolation_level="read_committed",
        auto_offset_reset="none",
        enable_auto_commit=False,
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_wait_ms=20,
    )
    try:
        await consumer.start()
        consumer.assign([changelog])
        end = await _end(consumer, changelog, held.next_offset)
        consumer.seek(changelog, held.next_offset)
        return await _copy(consumer, changelog, db, end, remaining=remaining, level_at=held.level_at, now=now)
    finally:
        await consumer.stop()


async def _end(consumer: AIOKafkaConsumer, changelog: TopicPartition, held: int) -> int:
    """Give the last stable offset; StateRefused where the log has not all that lies between."""
    end: int = (await consumer.end_offsets([changelog]))[changelog]
    begins = (await consumer.beginning_offsets([changelog]))[changelog]
    if held > end:
        raise shorter(changelog, held, end)
    check_begins(changelog, begins, held)
    if begins:
        log.warning(
            "a changelog has lost its first rows: only this disk has them",
            topic=changelog.topic,
            partition=changelog.partition,
            begins=begins,
        )
    return end


async def _copy(
    consumer: AIOKafkaConsumer,
    changelog: TopicPartition,
    db: Rdict,
    end: int,
    *,
    remaining: Callable[[int], None],
    level_at: int,
    now: int,
) -> int:
    """`level_at`: when the store was level before; it is again, as of `now`, once the end is reached."""
    rows, gathered = 0, 0
    newest: dict[bytes, bytes | None] = {}
    while (reached := await consumer.position(changelog)) < end:
        remaining(end - reached)
        if len(newest) >= FILE_ROWS or gathered >= READ_AGAIN:
            # Not `now`: cut short again and again it would never grow old, whatever its first rows have missed.
            put_restored(db, newest, Position(reached, level_at))
            newest, gathered = {}, 0
        for records in (await consumer.getmany(timeout_ms=20)).values():
            newest.update((record.key, record.value) for record in records)
            rows += len(records)
            gathered += len(records)
    remaining(0)
    # A newer owner may have committed since the end was asked for, and some of that has been read: what the store
    # holds and the position that it keeps must not part.
    put_restored(db, newest, Position(reached, now))
    return rows
