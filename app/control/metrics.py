"""The view of the control topic in, what Prometheus sees of it out: reckoned anew whenever somebody asks."""

from collections.abc import Callable, Iterator

from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from app.control.documents import compiled
from app.control.versions import policy_at, version_at
from app.control.view import ControlView


class ControlCollector(Collector):
    """Which policy and which cut points are in force, and whether scores still depend on `initial`."""

    def __init__(self, view: ControlView, now: Callable[[], int]) -> None:
        self._view = view
        self._now = now

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand: the names below are used nowhere else."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Give the metrics as of now."""
        view, now = self._view, self._now()
        if not view.policies:
            return
        record, version = policy_at(view, now), version_at(view, now)
        info = InfoMetricFamily("segue_policy", "The policy in force.")
        info.add_metric([], {"policy": record.id, "version": str(record.version)})
        yield info
        yield GaugeMetricFamily(
            "segue_cut_points_version",
            "Version of the cut points in force; 0 = the initial values of the policy.",
            version.version if version else 0,
        )
        yield GaugeMetricFamily(
            "segue_cut_points_initial",
            "1 while scores depend on quantiles and their initial values are in force, else 0.",
            int(version is None and compiled(record).has_quantiles),
        )
        age = GaugeMetricFamily("segue_cut_points_age_seconds", "Since the freeze of the cut points in force.")
        if version is not None:
            age.add_metric([], (now - version.frozen_at) / 1000)
        yield age
