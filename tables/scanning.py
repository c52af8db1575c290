"""Keys of a RocksDB in order, with the checks that its iterator owes."""

from collections.abc import Iterator

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
