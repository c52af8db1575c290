"""How long a worker's transactions take: its own histogram in, quantiles of what came between two looks at it out."""

import urllib.request
from itertools import pairwise
from math import isinf

from prometheus_client.parser import text_string_to_metric_families

from tests.kafka.worker_process import WorkerProcess

Buckets = dict[float, float]
"""How many took at most so many seconds."""


class Latency:
    """Reads the histogram of one worker, which may be frozen or cut off."""

    def __init__(self, worker: WorkerProcess, patience_s: float) -> None:
        self._port, self._patience_s = worker.port(), patience_s

    def look(self) -> Buckets:
        """OSError where the worker does not answer in time."""
        address = f"http://127.0.0.1:{self._port}/metrics"
        with urllib.request.urlopen(address, timeout=self._patience_s) as answer:  # http, loopback
            text = answer.read().decode()
        return {
            float(sample.labels["le"]): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == "segue_transaction_seconds_bucket"
        }


def quantile(share: float, before: Buckets, after: Buckets) -> float:
    """Seconds that this share took at most, as Prometheus's `histogram_quantile` lays a line through its bucket."""
    grown = [(bound, after[bound] - before[bound]) for bound in sorted(after)]
    wanted = share * grown[-1][1]
    for (under, fewer), (bound, more) in pairwise([(0.0, 0.0), *grown]):
        if more >= wanted > fewer:
            return under if isinf(bound) else under + (bound - under) * (wanted - fewer) / (more - fewer)
    raise ValueError("no transaction between the looks")
