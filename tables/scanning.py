"""Keys of a RocksDB in order, or rows, with the checks that its iterator owes."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from rocksdict import Rdict, ReadOptions


def scan(db: Rdict, start: bytes, end: bytes, limit: int, *, backwards: bool = False) -> Iterator[bytes]:
    """Give up to `limit` keys of [start, end), -1 for all; raises what the database met.

    rocksdict 0.3.29 keeps the upper bound and ignores the lower one: seeking and comparing do its work. The iterator
    ends at a corrupt block as it ends at the last key: only its status tells them apart.
    """
    options = ReadOptions()
    options.set_iterate_upper_bound(end)
    iterator = db.iter(options)
    if backwards:
        iterator.seek_to_last()
    else:
        iterator.seek(start)
    while limit and iterator.valid():
        key = iterator.key()
        assert isinstance(key, bytes)
        if key < start:
            break
        yield key
        limit -= 1
        if backwards:
            iterator.prev()
        else:
            iterator.next()
    iterator.status()


def scan_rows(db: Rdict, start: bytes, end: bytes, limit: int) -> list[tuple[bytes, bytes]]:
    """Read up to `limit` keys of [start, end) with their values; raises what the database met.

    A row costs one call here, and four where an iterator is asked for key and value. These too end at a corrupt block
    as at the last key: whoever got fewer than asked for looks once more, with a status. Blocks that nobody else asks
    for are not kept: walking through everything would drive out of the cache what orders need.
    """
    options: Any = ReadOptions()  # its stubs and those of what it reads do not say what is there
    options.set_iterate_upper_bound(end)
    options.fill_cache(False)
    items: Any = db.items(from_key=start, read_opt=options)
    rows: list[tuple[bytes, bytes]] = list(islice(items, limit))
    if len(rows) < limit:
        behind = rows[-1][0] + b"\0" if rows else start
        assert next(scan(db, behind, end, 1), None) is None, "rows ended before their end"
    return rows


def rows_of_one_moment(db: Rdict, start: bytes, end: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give all rows of [start, end) as they are when the first is asked for, whatever is written before the last.

    A snapshot would not do: rocksdict 0.3.29 reads a key from it, and walks through what there is now. What one
    iterator of RocksDB gives is of the moment in which it was made.
    """
    options = ReadOptions()
    options.set_iterate_upper_bound(end)
    iterator = db.iter(options)
    iterator.seek(start)
    while iterator.valid():
        key, row = iterator.key(), iterator.value()
        assert isinstance(key, bytes)
        assert isinstance(row, bytes)
        yield key, row
        iterator.next()
    iterator.status()
