"""UCI Online Retail in, the published segmentation of its customers out: its method in SQL, step by step as it is told.

Floats and interpolated quantiles as in pandas, whose `qcut` has intervals that are closed on the right: a value scores
1 + the number of edges below it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb

SALES: Final = """
CREATE TABLE sale AS  -- no line with a null, no cancellation, nothing for nothing
FROM read_parquet($lines)
WHERE COLUMNS(*) IS NOT NULL AND InvoiceNo NOT LIKE 'C%' AND Quantity > 0 AND UnitPrice > 0
"""

SCORES: Final = """
CREATE TABLE customer AS
SELECT CustomerID AS id,
       floor(epoch(TIMESTAMP '2011-12-11 00:00:00' - max(InvoiceDate)) / 86400)::BIGINT AS recency,
       count(DISTINCT InvoiceNo) AS frequency,
       sum(Quantity * UnitPrice) AS monetary
FROM sale GROUP BY CustomerID;

CREATE TABLE ranked AS
SELECT *, row_number() OVER (ORDER BY frequency, id) AS place FROM customer;

CREATE TABLE edge AS
SELECT unnest([1, 2, 3, 4]) AS number,
       unnest(quantile_cont(recency, [0.2, 0.4, 0.6, 0.8])) AS recency_edge,
       unnest(quantile_cont(place, [0.2, 0.4, 0.6, 0.8])) AS place_edge,
       unnest(quantile_cont(monetary, [0.2, 0.4, 0.6, 0.8])) AS monetary_edge
FROM ranked;

CREATE TABLE scored AS
SELECT id, recency, frequency, monetary,
       5 - count(*) FILTER (recency_edge < recency) AS r,
       1 + count(*) FILTER (place_edge < place) AS f,
       1 + count(*) FILTER (monetary_edge < monetary) AS m
FROM ranked CROSS JOIN edge GROUP BY id, recency, frequency, monetary;
"""

SEGMENTS: Final = """
SELECT CASE WHEN r <= 2 AND f <= 2 THEN 'hibernating'
            WHEN r <= 2 AND f <= 4 THEN 'at_Risk'
            WHEN r <= 2 THEN 'cant_loose'
            WHEN r = 3 AND f <= 2 THEN 'about_to_sleep'
            WHEN r = 3 AND f = 3 THEN 'need_attention'
            WHEN r <= 4 AND f >= 4 THEN 'loyal_customers'
            WHEN r = 4 AND f = 1 THEN 'promising'
            WHEN f = 1 THEN 'new_customers'
            WHEN f <= 3 THEN 'potential_loyalists'
            ELSE 'champions' END AS segment,
       count(*), avg(recency), max(recency), avg(frequency), max(frequency), avg(monetary), max(monetary)
FROM scored GROUP BY segment
"""


class Customer(NamedTuple):
    """A customer as the method has it; recency in whole days, monetary in pounds."""

    id: int
    recency: int
    frequency: int
    monetary: float
    r: int
    f: int
    m: int


class Figures(NamedTuple):
    """What is told of a segment."""

    customers: int
    recency_mean: float
    recency_max: int
    frequency_mean: float
    frequency_max: int
    monetary_mean: float
    monetary_max: float


class Segmentation:
    """What comes of the method."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database

    @property
    def customers(self) -> list[Customer]:
        return [Customer(*row) for row in self._rows("FROM scored")]

    @property
    def edges(self) -> list[tuple[float, float]]:
        """What separates the quintiles of recency (days) and of monetary (pounds), ascending."""
        return self._rows("SELECT recency_edge, monetary_edge FROM edge ORDER BY number")

    @property
    def segments(self) -> dict[str, Figures]:
        return {segment: Figures(*row) for segment, *row in self._rows(SEGMENTS)}

    def _rows(self, question: str) -> list[Any]:
        return self._database.execute(question).fetchall()


@contextmanager
def segmentation(lines: Path) -> Iterator[Segmentation]:
    """Go through the method from the invoice lines on."""
    with duckdb.connect() as database:
        database.execute(SALES, {"lines": str(lines)})
        database.execute(SCORES)
        yield Segmentation(database)


def published(table: Path) -> dict[str, Figures]:
    """Read the table that was published."""
    with duckdb.connect() as database:
        rows = database.execute("FROM read_csv($table)", {"table": str(table)}).fetchall()
    return {segment: Figures(*row) for segment, *row in rows}
