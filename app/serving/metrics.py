"""What the read side does in, its own metrics out: no ids, and nothing of the shop."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from app.serving.hub import Hub
from app.serving.level import Level
from app.serving.view import View

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


class ServingMetrics:
    """Metrics of one process that serves; names begin with `segue_serving_`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.requests = Counter("segue_serving_requests", "Requests answered.", ["path", "status"], registry=registry)
        self.seconds = Histogram(
            "segue_serving_request_seconds", "From a request to its answer.", registry=registry, buckets=SECONDS
        )
        self.records = Counter("segue_serving_records", "Published records read.", registry=registry)
        self.dropped = Counter("segue_serving_streams_dropped", "Clients that did not read.", registry=registry)
        self._behind = Gauge("segue_serving_behind_records", "Offsets still to read.", registry=registry)
        self._as_of = Gauge("segue_serving_as_of_seconds", "Everything up to then is read.", registry=registry)
        self._ready = Gauge("segue_serving_ready", "1 once everything was read.", registry=registry)
        self._streams = Gauge("segue_serving_streams", "Open streams of events.", registry=registry)
        self._unreadable = Gauge(
            "segue_serving_unreadable_records", "Records since start that are none of Segue's.", registry=registry
        )

    def watch(self, view: View, level: Level, hub: Hub) -> None:
        """Read these when asked."""
        self._behind.set_function(lambda: level.behind)
        self._as_of.set_function(lambda: level.as_of / 1000)
        self._ready.set_function(lambda: level.ready)
        self._streams.set_function(lambda: len(hub.subscribers))
        self._unreadable.set_function(lambda: view.unreadable)
