"""Customers of a segment in, lines of CSV out that no spreadsheet takes for a formula."""

import asyncio
import csv
import io
from typing import Final

from msgspec import structs

from app.serving.answers import Member

SLICE: Final = 100
"""Lines between two looks at what else is to be done."""
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a cell of text must not begin with."""


async def csv_page(customers: list[Member]) -> bytes:
    """Write a header line and a line for each, in slices; text that would be a formula begins with an apostrophe."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(Member.__struct_fields__)
    for number, one in enumerate(customers, 1):
        writer.writerow([_cell(value) for value in structs.astuple(one)])
        if number % SLICE == 0:
            await asyncio.sleep(0)
    return written.getvalue().encode()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def wants_csv(accept: str) -> bool:
    """Tell whether CSV is named before JSON, or JSON is not."""
    kinds = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    named = [kind for kind in kinds if kind in {"text/csv", "application/json"}]
    return bool(named) and named[0] == "text/csv"
