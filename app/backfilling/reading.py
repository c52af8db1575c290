"""Files of events in, their whole history out; what is no fact is counted and left behind."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from app.backfilling.history import History
from app.backfilling.lines import Told, read_kept_lines
from app.backfilling.values import value_of
from app.runtime.errors import SegueError
from app.simulate.counts import Counts, Place
from app.simulate.csv_orders import read_csv
from app.simulate.entries import Entry, Stamped, recorded_at
from app.simulate.parquet_orders import read_parquet
from app.simulate.progress import Progress
from app.simulate.sources import Source, open_source
from schemas.facts import (
    CustomerErased,
    Engaged,
    Fact,
    MessageDelivered,
    MessageFailed,
    OrderCancelled,
    OrderPlaced,
    OrderRefunded,
    ProfileChanged,
)
from schemas.rejections import Rejected
from schemas.topics import Feed

FEED_OF: Final[dict[type[Fact], Feed]] = {
    OrderPlaced: "orders",
    OrderCancelled: "orders",
    OrderRefunded: "orders",
    Engaged: "engagement",
    ProfileChanged: "customers",
    CustomerErased: "customers",
    MessageDelivered: "receipts",
    MessageFailed: "receipts",
}
"""Which topic carries what."""


def read_history(files: Sequence[Path], currency: str, latest: int, history: History, progress: Progress) -> Counts:
    """Read every file to its end, in the order given; SegueError if one cannot be read or holds nothing.

    An event later than `latest` is `too_far_ahead`: nobody has recorded it yet, and brokers refuse such a record.
    """
    counts = Counts()
    sizes = [path.stat().st_size if path.is_file() else 0 for path in files]
    for number, path in enumerate(files):
        before = counts.read
        for told, position in _batches(path, counts, currency):
            _take(told, latest, history, counts, Place(str(path), None))
            progress.show("reading", sum(sizes[:number]) + position, sum(sizes))
        if counts.read == before:
            raise SegueError(f"{path}: holds no events")
    return counts


def _take(told: list[Told], latest: int, history: History, counts: Counts, place: Place) -> None:
    for entry, value in told:
        at = recorded_at(entry)
        fact = _fact(entry)
        if max(at, fact.occurred_at) > latest:
            counts.reject(place, Rejected("too_far_ahead", "$", "Later than now: nobody has recorded it yet"))
        else:
            history.add(at, FEED_OF[type(fact)], fact.customer_id, value)


def _batches(path: Path, counts: Counts, currency: str) -> Iterator[tuple[list[Told], int]]:
    """Read one file; with each batch comes how far into the file it reaches."""
    with open_source(path) as source:
        for told in _reader(source, counts, currency):
            yield told, source.raw.tell()


def _reader(source: Source, counts: Counts, currency: str) -> Iterator[list[Told]]:
    match source.kind:
        case "lines":
            return read_kept_lines(source, counts)
        case "csv":
            return _with_values(read_csv(source, counts, currency))
        case "parquet":
            return _with_values(read_parquet(source, counts, currency))


def _with_values(batches: Iterator[list[Entry]]) -> Iterator[list[Told]]:
    for entries in batches:
        yield [(entry, value_of(_fact(entry))) for entry in entries]


def _fact(entry: Entry) -> Fact:
    return entry.fact if isinstance(entry, Stamped) else entry
