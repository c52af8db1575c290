"""How long a worker's transactions take: its own histogram in, quantiles of what came between two looks at it out."""

from itertools import pairwise
from math import isinf, nan

from prometheus_client.parser import text_string_to_metric_families

from tests.kafka.worker_process import WorkerProcess

Buckets = dict[float, float]
"""How many took at most so many seconds."""


def look(worker: WorkerProcess, patience_s: float) -> Buckets:
    """OSError where the worker does not answer in time: it may be frozen."""
    _, text = worker.get("/metrics", patience_s)
    return {
        float(sample.labels["le"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "segue_transaction_seconds_bucket"
    }


def quantiles(share: float, looks: list[Buckets]) -> list[float]:
    """Give the quantile of what came between each look and the next; NaN where nothing did."""
    return [
        quantile(share, before, after) if any(after[bound] > before[bound] for bound in after) else nan
        for before, after in pairwise(looks)
    ]


def quantile(share: float, before: Buckets, after: Buckets) -> float:
    """Seconds that this share took at most, as Prometheus's `histogram_quantile` lays a line through its bucket."""
    grown = [(bound, after[bound] - before[bound]) for bound in sorted(after)]
    wanted = share * grown[-1][1]
    for (under, fewer), (bound, more) in pairwise([(0.0, 0.0), *grown]):
        if more >= wanted > fewer:
            return under if isinf(bound) else under + (bound - under) * (wanted - fewer) / (more - fewer)
    raise ValueError("no transaction between the looks")
