"""The directories of stopped workers in, every way in which their stores are no prefix of the changelog out."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rocksdict import Rdict

from tables.customer_codec import decode_customer
from tables.derived import derive
from tables.keys import BY_TIME, CUSTOMER, DUE, ORDER, POSITION, REFUND, split_due, split_nested
from tables.position import decode_position
from tables.rocks import RocksMemory
from tests.kafka.audit import Rows, fold
from tests.kafka.reading import Read

AT_ONCE = 1_000
LOCAL = (BY_TIME, DUE, POSITION[:1])


def disk_faults(directories: Iterable[Path], changelog: Sequence[Read]) -> list[str]:
    """Compare every store, stale ones too, with the changelog up to the position that it says it holds."""
    ends: dict[int, int] = {}
    for record in changelog:
        ends[record.partition] = record.offset + 1
    faults: list[str] = []
    level: set[int] = set()
    for path in (path for directory in directories for path in sorted(directory.rglob("customers-*.db"))):
        partition, (rows, unlike) = int(path.stem.rpartition("-")[2]), _stored(path)
        reached = decode_position(rows[POSITION]).next_offset if POSITION in rows else 0
        if reached >= ends[partition]:
            level.add(partition)
        prefix = fold(r for r in changelog if r.partition == partition and r.offset < reached)
        faults += [f"{path}: {fault}" for fault in (*unlike, *_store_faults(rows, prefix.get(partition, {})))]
    return faults + [f"no store holds all of partition {p}" for p in ends.keys() - level]


def _stored(path: Path) -> tuple[Rows, list[str]]:
    """Read a store from end to end, and every row by its key too; gives where these differ."""
    db = RocksMemory(32, 16).open(path)
    iterator = db.iter()
    iterator.seek_to_first()
    rows: Rows = {}
    while iterator.valid():
        rows[bytes(iterator.key())] = bytes(iterator.value())
        iterator.next()
    iterator.status()
    del iterator
    unlike = point_faults(db, rows)
    db.close()
    del db
    gc.collect()
    return rows, unlike


def point_faults(db: Rdict, rows: Rows) -> list[str]:
    """Read rows as workers do, by their keys, past bloom filters; name the first that are not the same."""
    keys, found = list(rows), list[tuple[bytes, bytes | None]]()
    for start in range(0, len(keys), AT_ONCE):
        asked = keys[start : start + AT_ONCE]
        found += zip(asked, db.get([*asked]) or [], strict=True)
    unlike = [(key, value) for key, value in found if value != rows[key]]
    return [f"row {key!r} is {value!r} by its key, {rows[key]!r} in its place" for key, value in unlike[:3]]


def _store_faults(stored: Rows, prefix: Rows) -> list[str]:
    rows = {key: value for key, value in stored.items() if key[:1] not in LOCAL}
    wrong = [key for key in rows.keys() | prefix.keys() if rows.get(key) != prefix.get(key)]
    faults = [f"row {key!r} is {rows.get(key)!r}, expected {prefix.get(key)!r}" for key in sorted(wrong)[:3]]
    return faults + list(_index_faults(stored, rows))


def _index_faults(stored: Mapping[bytes, bytes], rows: Rows) -> Iterator[str]:
    """Every order and refund is indexed by the instants at which it acts; every due has an entry in time.

    Nothing else is indexed, but for what erased customers did in a store that was restored: their rows are gone.
    """
    by_time = {key for key in stored if key[:1] == BY_TIME and not _erased(split_nested(key)[0], rows)}
    acting: dict[bytes, bytes | None] = {}
    for key, value in rows.items():
        if key[:1] in (ORDER, REFUND):
            derive(key, value, acting)
    wanted = {entry for entry, present in acting.items() if present is not None}
    missing = wanted - stored.keys()
    too_many = by_time - wanted
    if missing or too_many:
        yield f"{len(too_many)} by-time entries too many, {len(missing)} missing"
    first: dict[bytes, int] = {}
    for at, customer in sorted(split_due(key) for key in stored if key[:1] == DUE):
        first.setdefault(customer, at)
    for key, value in rows.items():
        wake = decode_customer(value).wake if key[:1] == CUSTOMER else 0
        if wake and first.get(key[1:], wake + 1) > wake:
            yield f"no due entry in time for {key!r}"


def _erased(customer: bytes, rows: Rows) -> bool:
    row = rows.get(CUSTOMER + customer)
    return row is None or bool(decode_customer(row).erased_at)
