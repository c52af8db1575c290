"""Keys of a RocksDB in order, with the check that its iterator owes."""

from collections.abc import Iterator

from rocksdict import Rdict, ReadOptions


def scan(db: Rdict, start: bytes, end: bytes, limit: int, *, backwards: bool = False) -> Iterator[bytes]:
    """Give up to `limit` keys of [start, end); raises what the database met.

    The iterator of RocksDB ends at a corrupt block as it ends at the last key: only its status tells them apart.
    """
    options = ReadOptions()
    options.set_iterate_lower_bound(start)
    options.set_iterate_upper_bound(end)
    iterator = db.iter(options)
    if backwards:
        iterator.seek_to_last()
    else:
        iterator.seek_to_first()
    while limit and iterator.valid():
        key = iterator.key()
        assert isinstance(key, bytes)
        yield key
        limit -= 1
        if backwards:
            iterator.prev()
        else:
            iterator.next()
    iterator.status()
