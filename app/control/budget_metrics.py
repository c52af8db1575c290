"""The books of whoever grants budgets in, what Prometheus sees of them out; other workers tell nothing of budgets."""

from collections.abc import Iterator
from fractions import Fraction

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.control.books import Books


class BudgetCollector(Collector):
    """How much of each budget is spent, granted and owed, and whether its breaker is open.

    Owed (`segue_budget_liability`) is what the budget has paid for a grant times the share of it that can still be
    redeemed, in whole units, summed over all grants. That share is, of points, what is neither redeemed nor expired nor
    revoked; of other rewards 1 until any of that happens, then 0; and 0 once a customer is erased. What waits for the
    budget, or is withheld, is owed to nobody. So it is the most that can still be redeemed; how much will be,
    nobody guesses here.
    """

    def __init__(self, books: Books) -> None:
        self._books = books

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand: the names below are used nowhere else."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Give the metrics as of now."""
        books = self._books
        ratio = GaugeMetricFamily("segue_budget_spent_ratio", "Share of a budget that is spent.", labels=["budget"])
        limit = GaugeMetricFamily(
            "segue_budget_limit", "What a budget has: minor units of the currency, or grants.", labels=["budget"]
        )
        owed = GaugeMetricFamily(
            "segue_budget_liability", "Cost of granted rewards that can still be redeemed, counted as the limit is.",
            labels=["budget"],
        )  # fmt: skip
        broken = GaugeMetricFamily(
            "segue_budget_breaker_open", "1 while nothing can be paid of a budget any more, else 0.", labels=["budget"]
        )
        for name in sorted(books.reports):
            record = books.record(name)
            if record is None:
                continue
            ratio.add_metric([name], float(Fraction(books.spent(name), record.limit)) if record.limit else 0.0)
            limit.add_metric([name], record.limit)
            owed.add_metric([name], books.open(name))
            broken.add_metric([name], int(record.broken))
        yield from (ratio, limit, owed, broken)
