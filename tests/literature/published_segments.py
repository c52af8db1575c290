"""UCI Online Retail in, the published segmentation of its customers out: its method in SQL, each step as it is told.

Floats and interpolated quantiles as in pandas, whose `qcut` has intervals that are closed on the right: a value scores
1 + the number of edges below it.
"""

from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb

SCORED: Final = """
CREATE TABLE scored AS
WITH sale AS (  -- no line with a null, no cancellation, nothing for nothing
    SELECT * FROM read_parquet($lines)
    WHERE COLUMNS(*) IS NOT NULL AND InvoiceNo NOT LIKE 'C%' AND Quantity > 0 AND UnitPrice > 0
), customer AS (
    SELECT CustomerID AS id,
           floor(epoch(TIMESTAMP '2011-12-11 00:00:00' - max(InvoiceDate)) / 86400)::BIGINT AS recency,
           count(DISTINCT InvoiceNo) AS frequency,
           sum(Quantity * UnitPrice) AS monetary
    FROM sale GROUP BY CustomerID
), ranked AS (
    SELECT *, row_number() OVER (ORDER BY frequency, id) AS place FROM customer
), scored AS (
    SELECT *,
           (SELECT quantile_cont(recency, [0.2, 0.4, 0.6, 0.8]) FROM ranked) AS recency_edges,
           (SELECT quantile_cont(place, [0.2, 0.4, 0.6, 0.8]) FROM ranked) AS place_edges,
           (SELECT quantile_cont(monetary, [0.2, 0.4, 0.6, 0.8]) FROM ranked) AS monetary_edges
    FROM ranked
)
class Published(NamedTuple):
    """A customer as the method has it; recency in whole days, monetary in pounds."""

    id: int
    recency: int
    frequency: int
    monetary: float
    r: int
    f: int
    m: int


def lines_of(shared_data: Path) -> Path:
    return shared_data / "uci_online_retail" / "online_retail.parquet"


def customers(shared_data: Path) -> list[Published]:
    """Score every customer."""
    return [Published(*row) for row in _ask(CUSTOMERS, shared_data)]


def edges(shared_data: Path) -> list[tuple[float, float]]:
    """Give what separates the quintiles of recency (days) and of monetary (pounds)."""
    return _ask(EDGES, shared_data)


def segments(shared_data: Path) -> dict[str, tuple[Any, ...]]:
    """Sum the segments up as the published table does."""
    return {row[0]: row[1:] for row in _ask(SEGMENTS, shared_data)}


def table(shared_data: Path) -> dict[str, tuple[Any, ...]]:
    """Read the published table."""
    with duckdb.connect() as database:
        file = shared_data / "uci_online_retail" / "published_segments.csv"
        rows = database.execute("FROM read_csv($file)", {"file": str(file)}).fetchall()
    return {row[0]: row[1:] for row in rows}


def _ask(question: str, shared_data: Path) -> list[Any]:
    with duckdb.connect() as database:
        return database.execute(question, {"lines": str(lines_of(shared_data))}).fetchall()
