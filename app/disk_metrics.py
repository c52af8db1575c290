"""The data directory in, what is left of its disk out: asked anew at every scrape, for others fill disks too."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector


class DiskCollector(Collector):
    """Size of the file system that holds the stores, and what a worker may still write there, in bytes."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name nothing beforehand: the names below are used nowhere else."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give both as of now; nothing while the directory cannot be looked at."""
        try:
            disk = shutil.disk_usage(self._directory)
        except OSError:
            return
        yield GaugeMetricFamily("segue_disk_size_bytes", "Size of the disk that holds the stores.", disk.total)
        yield GaugeMetricFamily("segue_disk_free_bytes", "What may still be written to that disk.", disk.free)
