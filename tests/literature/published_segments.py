"""UCI Online Retail in, the published segmentation of its customers out: its method in SQL, each step as it is told.

Floats and interpolated quantiles as in pandas, whose `qcut` has intervals that are closed on the right: a value scores
1 + the number of edges below it.
"""

from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb

SCORED: Final = """
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
), edge AS (
    SELECT unnest([0.2, 0.4, 0.6, 0.8]) AS share,
           unnest(quantile_cont(recency, [0.2, 0.4, 0.6, 0.8])) AS recency_edge,
           unnest(quantile_cont(place, [0.2, 0.4, 0.6, 0.8])) AS place_edge,
           unnest(quantile_cont(monetary, [0.2, 0.4, 0.6, 0.8])) AS monetary_edge
    FROM ranked
), scored AS (
    SELECT id, recency, frequency, monetary,
           5 - count(*) FILTER (recency_edge < recency) AS r,
           1 + count(*) FILTER (place_edge < place) AS f,
           1 + count(*) FILTER (monetary_edge < monetary) AS m
    FROM ranked CROSS JOIN edge GROUP BY ALL
)
"""

CUSTOMERS: Final = f"{SCORED} SELECT * FROM scored ORDER BY id"
EDGES: Final = f"{SCORED} SELECT recency_edge, monetary_edge FROM edge ORDER BY share"
SEGMENTS: Final = f"""{SCORED}, placed AS (
    SELECT *, CASE
        WHEN r <= 2 AND f <= 2 THEN 'hibernating'
        WHEN r <= 2 AND f <= 4 THEN 'at_Risk'
        WHEN r <= 2 THEN 'cant_loose'
        WHEN r = 3 AND f <= 2 THEN 'about_to_sleep'
        WHEN r = 3 AND f = 3 THEN 'need_attention'
        WHEN r <= 4 AND f >= 4 THEN 'loyal_customers'
        WHEN r = 4 AND f = 1 THEN 'promising'
        WHEN f = 1 THEN 'new_customers'
        WHEN f <= 3 THEN 'potential_loyalists'
        ELSE 'champions' END AS segment
    FROM scored
)
SELECT segment, count(*), avg(recency), max(recency), avg(frequency), max(frequency), avg(monetary), max(monetary)
FROM placed GROUP BY segment ORDER BY segment
"""


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
