"""Invoice lines of UCI Online Retail in, orders out as a shop would hand them to `segue simulate`: a table in CSV.

Kept are the lines that the published segmentation keeps. An invoice is an order: at its earliest timestamp, which is
wall clock in London, for its exact sum rounded once to pence, half-even (four lines cost 0.001 pounds).
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from pyarrow import parquet

LONDON: Final = ZoneInfo("Europe/London")
COLUMNS: Final = ("InvoiceNo", "CustomerID", "InvoiceDate", "Quantity", "UnitPrice", "StockCode", "Description")


def write_orders(lines: Path, target: Path) -> int:
    """Write the orders; gives their number."""
    rows = list(_orders(lines))
    with target.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("order_id", "customer_id", "ordered_at", "amount"))
        table.writerows(rows)
    return len(rows)


def _orders(lines: Path) -> Iterator[tuple[str, str, str, str]]:
    invoices: dict[str, list[Sequence[Any]]] = {}
    columns = parquet.read_table(lines, columns=list(COLUMNS)).to_pydict()
    for line in zip(*(columns[name] for name in COLUMNS), strict=True):
        invoice, _, _, quantity, price, *_ = line
        if None not in line and not invoice.startswith("C") and quantity > 0 and price > 0:
            invoices.setdefault(invoice, []).append(line)
    for invoice, group in invoices.items():
        (customer,) = {line[1] for line in group}
        earliest: datetime = min(line[2] for line in group)
        total = sum((line[3] * Decimal(repr(line[4])) for line in group), Decimal(0))
        pounds = total.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        yield invoice, str(customer), earliest.replace(tzinfo=LONDON).isoformat(), str(pounds)
