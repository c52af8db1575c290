"""A stream of CSV in, its orders in batches out; a row that is none is counted."""

import csv
import io
from collections.abc import Iterator
from typing import Final, TextIO

from app.runtime.errors import SegueError
from app.simulate.columns import OrderColumns
from app.simulate.counts import Counts, Place
from app.simulate.entries import Entry
from app.simulate.sources import Source
from schemas.rejections import Rejected

BATCH: Final = 2_000  # rows


class _Lines:
    """Lines of text, which remember whether the newest one had an end."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.ended = True

    def __iter__(self) -> Iterator[str]:
        for line in self._text:
            self.ended = line.endswith("\n")
            yield line


def read_csv(source: Source, counts: Counts, currency: str) -> Iterator[list[Entry]]:
    """Read a table with a header, in UTF-8; `currency` is that of rows which name none."""
    # What is no UTF-8 becomes lone surrogates, which no id may hold and no number is made of.
    text = io.TextIOWrapper(source.stream, "utf-8-sig", errors="surrogateescape", newline="")
    lines = _Lines(text)
    rows = csv.reader(lines, strict=True)
    try:
        columns = OrderColumns(source.name, [name.strip() for name in next(rows, [])], currency)
        batch: list[Entry] = []
        for row in rows:
            found = _entry(row, columns, source.name, rows.line_num, ended=lines.ended)
            if isinstance(found, Rejected):
                counts.reject(Place(source.name, rows.line_num), found)
            elif found is not None:
                batch.append(found)
            counts.read += found is not None
            if len(batch) >= BATCH:
                yield batch
                batch = []
        yield batch
    except csv.Error as error:
        raise SegueError(f"{source.name}:{rows.line_num}: no CSV: {error}") from error


def _entry(row: list[str], columns: OrderColumns, name: str, line: int, *, ended: bool) -> Entry | Rejected | None:
    """Read a row; None = it is blank."""
    if not row:
        return None
    whole = len(row) == columns.width
    found = columns.entry(row) if whole else Rejected("undecodable", "$", "The row has not as many cells as the header")
    if not ended and isinstance(found, Rejected) and len(row) <= columns.width:
        raise SegueError(f"{name}:{line}: the file ends in the middle of a line")
    return found
