"""Rows of a changelog in, the newest of every key in RocksDB out, with its local entries and a position."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rocksdict import Rdict, WriteBatch

from tables.batches import change_all
from tables.derived import derive
from tables.keys import POSITION
from tables.position import Position, encode_position
from tables.sorted_files import sorted_file

FILE_ROWS: Final = 20_000
"""From so many rows on, a file of sorted rows is cheaper than a batch, although it is synced: it passes the memtable
and the log of RocksDB, which cost a third of a row; some 8 MiB of memory."""

Rows = Mapping[bytes, bytes | None]


def put_restored(db: Rdict, newest: Rows, position: Position, file_rows: int = FILE_ROWS) -> None:
    """Put rows, None for one that is deleted, into a store, and all that it keeps of them: whole or not at all.

    `position` lies behind everything in the changelog that they were gathered from.
    """
    local = _local(newest)
    local[POSITION] = encode_position(position)
    if len(newest) >= file_rows:
        _ingest(db, local, newest)
        return
    batch = WriteBatch(raw_mode=True)
    change_all(batch, local)
    change_all(batch, newest)
    db.write(batch)


def _local(newest: Rows) -> dict[bytes, bytes | None]:
    local: dict[bytes, bytes | None] = {}
    for key, value in newest.items():
        if value is not None:
            derive(key, value, local)
    return local


def _ingest(db: Rdict, local: Rows, newest: Rows) -> None:
    path = Path(db.path()) / "restored.part"  # goes with the store
    with sorted_file(db, path) as file:
        for rows in (local, newest):  # families of local entries are in upper case: they come first
            for key in sorted(rows):
                value = rows[key]
                if value is None:
                    del file[key]
                else:
                    file[key] = value
