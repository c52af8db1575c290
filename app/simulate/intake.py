"""Files of events in, a log of their facts by customer out."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.runtime.errors import SegueError
from app.simulate.counts import Counts
from app.simulate.csv_orders import read_csv
from app.simulate.entries import Entry
from app.simulate.fact_log import FactLog
from app.simulate.lines import read_lines
from app.simulate.parquet_orders import read_parquet
from app.simulate.progress import Progress
from app.simulate.sources import Source, open_source


def read_files(files: Sequence[Path], currency: str, log: FactLog, progress: Progress, counts: Counts) -> None:
    """Read every file to its end, in the order given; SegueError if one cannot be read or holds nothing."""
    sizes = [path.stat().st_size if path.is_file() else 0 for path in files]
    for number, path in enumerate(files):
        before = counts.read
        for entries, position in _batches(path, counts, currency):
            log.add(entries)
            progress.show("reading", sum(sizes[:number]) + position, sum(sizes))
        if counts.read == before:
            raise SegueError(f"{path}: holds no events")


def _batches(path: Path, counts: Counts, currency: str) -> Iterator[tuple[list[Entry], int]]:
    """Read one file; with each batch comes how far into the file it reaches."""
    with open_source(path) as source:
        for entries in _reader(source, counts, currency):
            yield entries, source.raw.tell()


def _reader(source: Source, counts: Counts, currency: str) -> Iterator[list[Entry]]:
    match source.kind:
        case "lines":
            return read_lines(source, counts)
        case "csv":
            return read_csv(source, counts, currency)
        case "parquet":
            return read_parquet(source, counts, currency)
