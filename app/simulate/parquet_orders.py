"""A Parquet file in, its orders in batches out; a row that is none is counted."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from app.runtime.errors import SegueError
from app.simulate.columns import AMOUNTS, PRODUCTS, TIMES, OrderColumns
from app.simulate.counts import Counts, Place
from app.simulate.entries import Entry
from app.simulate.sources import Source, need_pyarrow
from schemas.rejections import Rejected

BATCH: Final = 2_000  # rows
INSTANTS: Final = (*TIMES, "recorded_at")


def read_parquet(source: Source, counts: Counts, currency: str) -> Iterator[list[Entry]]:
    """Read a table; instants carry a time zone or are epoch ms, or text as in JSON.

    Ids are text or whole numbers, products text or lists of it.
    """
    pyarrow = need_pyarrow(Path(source.name))
    from pyarrow import parquet  # noqa: PLC0415  # as above

    rows = 0
    try:
        file = parquet.ParquetFile(source.stream)
        columns = OrderColumns(source.name, file.schema_arrow.names, currency)
        for field in file.schema_arrow:
            _check_type(source.name, field, pyarrow.types)
        for batch in file.iter_batches(BATCH):
            cells = [_cells(batch, name, pyarrow) for name in batch.schema.names]
            found = [columns.entry(row) for row in zip(*cells, strict=True)]
            for number, entry in enumerate(found, rows + 1):
                if isinstance(entry, Rejected):
                    counts.reject(Place(source.name, number), entry)
            rows += len(found)
            counts.read += len(found)
            yield [entry for entry in found if not isinstance(entry, Rejected)]
    except pyarrow.ArrowException as error:
        raise SegueError(f"{source.name}: cannot be read as Parquet: {str(error).splitlines()[0]}") from error


def _check_type(file: str, field: Any, types: Any) -> None:
    kind = field.type.value_type if types.is_dictionary(field.type) else field.type
    plain = types.is_string(kind) or types.is_large_string(kind)
    if field.name in INSTANTS:
        if types.is_timestamp(kind) and kind.tz is None:
            raise SegueError(f"{file}: column {field.name!r} holds times without a time zone")
        good = plain or types.is_integer(kind) or types.is_timestamp(kind)
    elif field.name in AMOUNTS:
        inexact = types.is_decimal(kind) or types.is_floating(kind)
        good = plain or types.is_integer(kind) or (field.name == "amount" and inexact)
    elif field.name == PRODUCTS and (types.is_list(kind) or types.is_large_list(kind)):
        good = types.is_string(kind.value_type) or types.is_large_string(kind.value_type)
    else:
        good = plain or types.is_integer(kind)
    if not good:
        raise SegueError(f"{file}: column {field.name!r} holds {kind}")


def _cells(batch: Any, name: str, pyarrow: Any) -> list[Any]:
    """Give a column as the cells of rows: text, or whole numbers for instants."""
    column = batch.column(name)
    if pyarrow.types.is_timestamp(column.type):
        milliseconds = column.cast(pyarrow.timestamp("ms", "UTC"), safe=False)
        cells: list[Any] = milliseconds.cast(pyarrow.int64()).to_pylist()
        return cells
    cells = column.to_pylist()
    if name in INSTANTS or name == PRODUCTS:
        return cells
    return [cell if cell is None or isinstance(cell, str) else _text(cell) for cell in cells]


def _text(number: int | float | Decimal) -> str | None:
    """Spell a number in digits; a float in the fewest that give it back. What is no number is an empty cell."""
    if isinstance(number, float):
        number = Decimal(repr(number))
    if isinstance(number, Decimal):
        return None if number.is_nan() else format(number, "f")
    return str(number)
