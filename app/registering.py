"""The name of a metric and its help in; the metric, on a registry, out."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Registering:
    """Makes the metrics of one registry; their names begin with `segue_`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def counter(self, name: str, text: str, *labels: str) -> Counter:
        """Make one that only grows."""
        return Counter(f"segue_{name}", text, labels, registry=self._registry)

    def gauge(self, name: str, text: str, *labels: str) -> Gauge:
        """Make one that is what it is now."""
        return Gauge(f"segue_{name}", text, labels, registry=self._registry)

    def histogram(self, name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        """Make one that tells how many were how large."""
        return Histogram(f"segue_{name}", text, labels, registry=self._registry, buckets=buckets)
