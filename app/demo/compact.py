"""A retailer's year as invoice lines in, one compact row per invoice out (`online_retail.ndjson.xz`).

    python -m app.demo.compact SOURCE.parquet

A row is a JSON array: an order `[invoice, customer, seconds, total, [[sku, quantity, price], ...]]`, a refund
`[invoice, customer, seconds, amount]`; seconds are epoch UTC, money is pence. What is decided about the source:

- Lines without CustomerID are dropped, and with them the `A` invoices (bad debt), which have no customer.
- An invoice has one customer in the source; one with two is refused, because no rule could pick the right one.
- An invoice with two timestamps is one order at the earlier one: that is when the customer bought.
- Exact duplicate lines stay: the same article scanned twice cannot be told from an error, and the totals that others
  publish about this data include them.
- Lines of price 0 in a sale stay (gifts, 40 of them). A quantity <= 0 or a negative price in a sale does not occur on
  lines with a customer, nor does a positive quantity in a `C` invoice; one that did would be refused, not guessed at.
- A total is summed exactly and rounded half-even once per invoice; a line's price is rounded half-even by itself
  (four lines cost 0.001), since lines are never summed by the contract.
- An order of total 0 stays: `zero_value: ignore` is the policy's business. A `C` invoice of total 0 refunds nothing and
  is dropped (none occurs). A refund's amount is the absolute value, and it names no order, as in the source.
- InvoiceDate is wall clock in the United Kingdom. No invoice falls into an hour that a clock change skips or repeats.

Rows are ordered by (seconds, invoice), lines as in the source, so that the same input gives the same bytes.
"""

import json
import lzma
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

TARGET = Path(__file__).with_name("online_retail.ndjson.xz")
LONDON = ZoneInfo("Europe/London")
COLUMNS = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"]

Row = list[object]


class Line(NamedTuple):
    """One line of the source, in the order of COLUMNS."""

    invoice: str
    sku: str
    quantity: int
    wall_clock: datetime
    price: float
    customer: int | None


def pence(amount: Decimal) -> int:
    """Pounds as whole pence, half-even."""
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def exact(price: float) -> Decimal:
    """The decimal that was typed: a double holds 2.55 only nearly, its shortest form is 2.55."""
    return Decimal(repr(price))


def rows(lines: Iterable[Line]) -> list[Row]:
    """The invoices of known customers, oldest first."""
    invoices: dict[str, list[Line]] = {}
    for line in lines:
        if line.customer is not None:
            invoices.setdefault(line.invoice, []).append(line)
    kept = [row for group in invoices.values() if (row := invoice_row(group)) is not None]
    return sorted(kept, key=lambda row: (row[2], row[0]))


def invoice_row(lines: list[Line]) -> Row | None:
    """One invoice as a row; None for a cancellation of nothing."""
    refund = lines[0].invoice.startswith("C")
    refuse_surprises(lines, refund=refund)
    earliest = min(line.wall_clock for line in lines)
    seconds = int(earliest.replace(tzinfo=LONDON).timestamp())
    total = pence(sum((exact(line.price) * line.quantity for line in lines), Decimal(0)))
    head: Row = [lines[0].invoice, lines[0].customer, seconds, abs(total)]
    if refund:
        return head if total else None
    return [*head, [[line.sku, line.quantity, pence(exact(line.price))] for line in lines]]


def refuse_surprises(lines: list[Line], *, refund: bool) -> None:
    """Stop at what the source does not hold today, rather than write a demo that is silently wrong."""
    invoice = lines[0].invoice
    if len({line.customer for line in lines}) != 1:
        raise ValueError(f"invoice {invoice} has more than one customer")
    if any(line.price < 0 or (line.quantity >= 0 if refund else line.quantity <= 0) for line in lines):
        raise ValueError(f"invoice {invoice} has a line of the wrong sign")


def packed(table: Iterable[Row]) -> bytes:
    """NDJSON in xz: a column-wise layout is a fifth smaller, but this one can be read with `xz -dc`."""
    text = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in table)
    return lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)


def source_lines(path: Path) -> Iterator[Line]:
    """The lines of the parquet file, in its order."""
    # Imported here: only whoever rebuilds the file needs pyarrow, and it carries no types.
    import pyarrow.parquet

    columns = pyarrow.parquet.read_table(path, columns=COLUMNS).to_pydict()
    yield from map(Line, *(columns[name] for name in COLUMNS))


def main(arguments: list[str]) -> int:
    """Write the compact file beside this module."""
    if len(arguments) != 1:
        print("usage: python -m app.demo.compact SOURCE.parquet", file=sys.stderr)
        return 2
    table = rows(source_lines(Path(arguments[0])))
    size = TARGET.write_bytes(packed(table))
    print(f"{TARGET.name}: {len(table)} invoices, {size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
