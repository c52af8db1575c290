"""How far a partition is in; what Prometheus sees of it out, as long as it is worked on here."""

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from app.registering import Registering

if TYPE_CHECKING:
    from app.runtime.opening import OpenPartition
    from app.runtime.source import PartitionSource


class PartitionGauges:
    """Those of all partitions of a worker."""

    def __init__(self, new: Registering) -> None:
        self.lag = new.gauge("lag_records", "Records up to the last stable offset not worked.", "topic", "partition")
        self.clock = new.gauge("partition_clock_seconds", "Clock of a partition, epoch.", "partition")
        self.clock_held = new.gauge(
            "clock_held_seconds",
            "Age of the open transaction of others that a partition's clock waits for.",
            "partition",
        )
        self.due_next = new.gauge(
            "due_next_seconds", "Earliest instant at which a customer may be due, epoch.", "partition"
        )
        self.due_overdue = new.gauge(
            "due_overdue", "1 while more customers are due than one transaction moves, else 0.", "partition"
        )
        self.store_bytes = new.gauge("store_bytes", "Size of the local store on disk.", "partition")
        self.unwritten = new.gauge("unwritten_rows", "Committed rows not yet written back.", "partition")
        self.recovery_remaining = new.gauge(
            "recovery_remaining_records", "Changelog records still to restore.", "partition"
        )
        self.standstill = new.gauge(
            "standstill_seconds", "How long a partition has committed nothing though records wait.", "partition"
        )

    def position(self, source: "PartitionSource", opened: "OpenPartition") -> None:
        """Show how far a partition is."""
        partition = str(source.partition)
        for topic, at in opened.intake.positions().items():
            end = source.log_end(topic)
            self.lag.labels(topic, partition).set(max(0, end.offset - at) if end else 0)
        self.clock.labels(partition).set(opened.clock / 1000)
        self.clock_held.labels(partition).set(opened.held_ms / 1000)
        self.due_next.labels(partition).set((opened.table.due.next() or 0) / 1000)
        self.due_overdue.labels(partition).set(opened.table.due.overdue)
        self.unwritten.labels(partition).set(opened.table.unwritten)

    def stored(self, source: "PartitionSource", opened: "OpenPartition") -> None:
        """Show the size of a store; asked after a write-back only, for it costs the store a look at its files."""
        self.store_bytes.labels(str(source.partition)).set(opened.table.stored_bytes)

    def to_restore(self) -> dict[str, float]:
        """Give per partition the changelog records still to restore, as far as that is known."""
        samples = (sample for metric in self.recovery_remaining.collect() for sample in metric.samples)
        return {sample.labels["partition"]: sample.value for sample in samples}

    def forget(self, source: "PartitionSource", topics: Iterable[str]) -> None:
        """Show nothing of a partition that is no longer ours."""
        partition = str(source.partition)
        gauges = (self.clock, self.clock_held, self.due_next, self.due_overdue, self.store_bytes, self.unwritten)
        for gauge in (*gauges, self.recovery_remaining, self.standstill):
            with suppress(KeyError):
                gauge.remove(partition)
        for topic in topics:
            with suppress(KeyError):
                self.lag.remove(topic, partition)
