"""Orders and refunds of a shop in, every customer's measures and scores at some instants out: in SQL alone.

Written from the design and in words of its own. What counts is selected anew for every instant. A score by quantiles
is not read off cut points but off the customers: whoever exceeds the quantile p has at least p of all below her,
counted in whole numbers. The numbers are those of the packs `seed` (also with its thirds) and `shopify11` (fifths).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, NamedTuple

import duckdb
import pyarrow as pa

LIFETIME: Final = 2**60  # a window that nothing leaves

SCORED: Final = """
CREATE OR REPLACE TABLE scored AS
WITH purchase AS (  -- an order as it stands at an instant, with what came back of it by name
    SELECT now, customer, placed_at, total, coalesce(sum(amount) FILTER (given_at <= now), 0) AS back
    FROM instants JOIN orders ON placed_at <= now LEFT JOIN refunds USING (customer, order_id)
    GROUP BY now, customer, order_id, placed_at, total
), bought AS (  -- what was free or is all given back counts for nothing; the newest matters outside the window too
    SELECT now, customer, max(placed_at) AS newest,
           count(*) FILTER (placed_at >= now - $window) AS frequency,
           sum(total - back) FILTER (placed_at >= now - $window) AS spent
    FROM purchase
    WHERE back < total
    GROUP BY now, customer
), returned AS (
    SELECT now, customer, sum(amount) AS back
    FROM instants JOIN refunds ON given_at BETWEEN now - $window AND now
    WHERE order_id IS NULL
    GROUP BY now, customer
), measured AS (
    SELECT now, customer, now - newest AS recency, frequency,
           greatest(coalesce(spent, 0) - coalesce(back, 0), 0)::BIGINT AS monetary
    FROM bought LEFT JOIN returned USING (now, customer)
), compared AS (  -- with all who have an order inside the window
    SELECT *,
           count(*) FILTER (frequency > 0) OVER (PARTITION BY now) AS everyone,
           count(*) FILTER (frequency > 0) OVER (PARTITION BY now ORDER BY recency
               RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP) AS younger,
           count(*) FILTER (frequency > 0) OVER (PARTITION BY now ORDER BY frequency
               RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP) AS rarer,
           count(*) FILTER (frequency > 0) OVER (PARTITION BY now ORDER BY monetary
               RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP) AS poorer
    FROM measured
)
SELECT now, customer, recency, frequency, monetary,
       CASE WHEN recency <= 7776000000 THEN 3 WHEN recency <= 12960000000 THEN 2 ELSE 1 END AS seed_r,
       CASE WHEN frequency <= 1 THEN 1 WHEN frequency = 2 THEN 2 ELSE 3 END AS seed_f,
       CASE WHEN monetary <= 10000 THEN 1 WHEN monetary <= 50000 THEN 2 ELSE 3 END AS seed_m,
       1 + (100 * rarer >= 33 * everyone)::INT + (100 * rarer >= 67 * everyone)::INT AS third_f,
       1 + (100 * poorer >= 33 * everyone)::INT + (100 * poorer >= 67 * everyone)::INT AS third_m,
       5 - least((5 * younger) // everyone, 4) AS fifth_r,
       1 + least((5 * rarer) // everyone, 4) AS fifth_f,
       1 + least((5 * poorer) // everyone, 4) AS fifth_m
FROM compared
"""

INITIAL: Final = "seed_r, seed_f, seed_m"
THIRDS: Final = "seed_r, third_f, third_m"
FIFTHS: Final = "fifth_r, fifth_f, fifth_m"


class Scored(NamedTuple):
    """A customer with a counted order at an instant; ms and minor units."""

    recency: int
    frequency: int
    monetary: int
    r: int
    f: int
    m: int


class Shop:
    """A database with what a shop has told."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database

    def look(self, window_ms: int) -> None:
        """Measure and compare all customers at all instants."""
        self._database.execute(SCORED, {"window": window_ms})

    def scores(self, columns: str) -> dict[tuple[int, str], Scored]:
        """Give everyone's scores at every instant."""
        rows = self._database.sql("FROM scored").project(f"now, customer, recency, frequency, monetary, {columns}")
        return {(now, customer): Scored._make(rest) for now, customer, *rest in rows.fetchall()}

    def quantiles(self, measure: str, shares: str) -> dict[int, tuple[int, ...]]:
        """Give SQL's own discrete quantiles of a measure at every instant, over all who count."""
        counted = self._database.sql("FROM scored").filter("frequency > 0")
        rows = counted.aggregate(f"now, quantile_disc({measure}, {shares})", "now").fetchall()
        return {now: tuple(values) for now, values in rows}


@contextmanager
def shop(events: Iterable[Mapping[str, Any]], instants: Iterable[int]) -> Iterator[Shop]:
    """Lay a shop's events out in tables."""
    everything = list(events)
    orders = [
        (event["customer_id"], event["order_id"], _ms(event["occurred_at"]), event["total"]["amount_minor"])
        for event in everything
        if event["type"] == "order_placed"
    ]
    refunds = [
        (event["customer_id"], event["order_id"], _ms(event["occurred_at"]), event["amount"]["amount_minor"])
        for event in everything
        if event["type"] == "order_refunded"
    ]
    with duckdb.connect() as database:
        database.register("orders", _table(orders, "customer", "order_id", "placed_at", "total"))
        database.register("refunds", _table(refunds, "customer", "order_id", "given_at", "amount"))
        database.register("instants", pa.table({"now": list(instants)}))
        yield Shop(database)


def _ms(text: str) -> int:
    return round(1000 * datetime.fromisoformat(text).timestamp())


def _table(rows: list[tuple[str, str | None, int, int]], *names: str) -> Any:
    kinds = (pa.string(), pa.string(), pa.int64(), pa.int64())
    return pa.table(
        [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), kinds, strict=True)], names
    )
