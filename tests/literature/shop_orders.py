"""Invoice lines of UCI Online Retail in, orders out as a shop hands them to `segue simulate`: a table in CSV.

Kept are the lines that the published segmentation keeps. An invoice is an order: at its earliest timestamp, which is
wall clock in London, for its exact sum rounded once to pence, half-even (four lines cost 0.001 pounds).
"""

import csv
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

LONDON: Final = ZoneInfo("Europe/London")
PENNY: Final = Decimal("0.01")

INVOICES: Final = """
SELECT InvoiceNo, CustomerID, min(InvoiceDate), sum(Quantity * CAST(UnitPrice AS DECIMAL(12, 3)))
FROM read_parquet($lines)
WHERE CustomerID IS NOT NULL AND Description IS NOT NULL
  AND NOT starts_with(InvoiceNo, 'C') AND Quantity > 0 AND UnitPrice > 0
GROUP BY InvoiceNo, CustomerID
ORDER BY InvoiceNo
"""


def write_orders(lines: Path, target: Path) -> int:
    """Write the orders; gives their number."""
    with duckdb.connect() as database:
        invoices = database.execute(INVOICES, {"lines": str(lines)}).fetchall()
    with target.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("order_id", "customer_id", "ordered_at", "amount"))
        for invoice, customer, wall_clock, pounds in invoices:
            ordered_at = wall_clock.replace(tzinfo=LONDON).isoformat()
            table.writerow((invoice, customer, ordered_at, pounds.quantize(PENNY, ROUND_HALF_EVEN)))
    return len(invoices)
