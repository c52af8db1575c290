"""What Prometheus sees: every metric with its help, base units, and labels from closed lists only."""

import time
from collections import Counter as Counts
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, disable_created_metrics

from agents.dead_letters import UNDELIVERABLE
from agents.decisions.clock import ClockMode
from agents.decisions.endings import Ending
from agents.work import Tally
from app.control.metrics import ControlCollector
from app.control.view import ControlView
from schemas.policy import Policy

if TYPE_CHECKING:
    from app.runtime.opening import OpenPartition
    from app.runtime.source import PartitionSource
    from app.runtime.transaction import Committed

# A series more for every counter, which nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the package leaves it untyped

NONE = "none"
"""Label of customers without a segment."""

LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
DELAY = (0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600)
STAGE = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
RECORDS = (1, 5, 10, 50, 100, 500, 1_000, 2_500, 5_000, 10_000, 25_000)


class Metrics:
    """The metrics of one worker, on a registry of their own."""

    def __init__(self, registry: CollectorRegistry, policy: Policy) -> None:
        self.registry = registry
        counter, gauge, histogram = self._counter, self._gauge, self._histogram
        self.read = counter("events_read", "Accepted records.", "topic", "type")
        self.endings = counter("events_ended", "Accepted records by what became of them.", "ending")
        self.duplicate = counter("events_duplicate", "Records whose identity an equal fact has taken.")
        self.conflicting = counter("events_conflicting", "Records whose identity another fact has taken.")
        self.rejected = counter("events_rejected", "Records that are no facts.", "topic", "code")
        self.late = counter("events_late", "Facts older than what their customer had reached.")
        self.ancient = counter("events_beyond_horizon", "Late facts that are too old to rewrite the timeline.")
        self.retractions = counter("retractions", "Published moves taken back because of late facts.")
        self.brinks = counter("brinks", "Moves down announced ahead, and announcements cleared.", "outcome")
        self.dead_letters = counter("dlq_records", "Records sent to the dead letters.", "code")
        self.transitions = counter("transitions", "Moves published.", "from", "to", "direction", "cause")
        self.rewards = counter("rewards", "What rules have decided, and what became of it.", "rule", "outcome")
        self.steps = counter("journey_steps", "What journeys have asked for besides rewards.", "journey", "kind")
        self.messages = counter("messages", "What messages are asked for, and what becomes.", "channel", "outcome")
        self.customers = gauge("customers", "Customers of this worker's partitions.", "segment")
        self.transition_latency = histogram(
            "transition_latency_seconds", "From the append of an input record to the commit of its moves.", LATENCY
        )
        self.decay_delay = histogram("decay_delay_seconds", "From the instant of a decay to its commit.", DELAY)
        self.run_records = histogram("run_records", "Records in a run.", RECORDS)
        self.stage = histogram("stage_seconds", "Time in a stage of a transaction.", STAGE, "stage")
        self.transactions = counter("transactions", "Transactions by outcome.", "outcome")
        self.transaction_seconds = histogram("transaction_seconds", "From begin to the end of commit.", STAGE)
        self.lag = gauge("lag_records", "Records up to the last stable offset not worked.", "topic", "partition")
        self.clock = gauge("partition_clock_seconds", "Clock of a partition, epoch.", "partition")
        self.clock_held = gauge(
            "clock_held_seconds",
            "Age of the open transaction of others that a partition's clock waits for.",
            "partition",
        )
        self.wall_clock_jumps = counter("wall_clock_jumps", "Times the wall clock was set or the machine slept.")
        self.due_next = gauge(
            "due_next_seconds", "Earliest instant at which a customer may be due, epoch.", "partition"
        )
        self.due_overdue = gauge(
            "due_overdue", "1 while more customers are due than one transaction moves, else 0.", "partition"
        )
        self.store_bytes = gauge("store_bytes", "Size of the local store on disk.", "partition")
        self.recovery_remaining = gauge(
            "recovery_remaining_records", "Changelog records still to restore.", "partition"
        )
        self.standstill = gauge(
            "standstill_seconds", "How long a partition has committed nothing though records wait.", "partition"
        )
        self.task_opens = counter("task_opens", "Openings of partitions.", "reason")
        self.unwritten = gauge("unwritten_rows", "Committed rows not yet written back.", "partition")
        Info("segue_build", "The program.", registry=registry).info({"version": version("segue")})
        for segment in policy.segments:
            self.customers.labels(segment.id)

    def watch_control(self, view: ControlView, mode: ClockMode) -> None:
        """Show which policy and cut points of the control topic are in force, whenever somebody asks."""
        self.registry.register(ControlCollector(view, partial(self._instant, mode)))

    def _instant(self, mode: ClockMode) -> int:
        """Say what time it is, epoch ms: under the clock of the stream, that of the furthest partition."""
        if mode == "wall":
            return int(time.time() * 1000)
        clocks = (sample.value for metric in self.clock.collect() for sample in metric.samples)
        return int(max(clocks, default=0) * 1000)

    def committed(self, done: "Committed") -> None:
        """Count what a committed transaction has done."""
        self.transactions.labels("committed").inc()
        self.transaction_seconds.observe(done.ended - done.decided)
        self.stage.labels("decide").observe(done.decided - done.began)
        self.stage.labels("commit").observe(done.ended - done.decided)
        self._delays(done)
        self._tally(done.work.tally)

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

    def _delays(self, done: "Committed") -> None:
        """Observe latencies, but not while history is replayed: its age is no delay of ours."""
        if done.lagging:
            return
        now = time.time()
        if done.batch is not None:
            self.transition_latency.observe(max(0.0, now - done.batch.oldest / 1000))
        for at in done.work.tally.decayed_at:
            self.decay_delay.observe(max(0.0, now - at / 1000))

    def _tally(self, tally: Tally) -> None:
        for (topic, kind), count in tally.read.items():
            self.read.labels(topic, kind).inc(count)
        endings = Counts(tally.endings)
        for ending, count in endings.items():
            self.endings.labels(ending.value).inc(count)
        self.duplicate.inc(endings[Ending.DUPLICATE])
        self.conflicting.inc(endings[Ending.CONFLICTING])
        for (topic, code), count in tally.rejected.items():
            self.rejected.labels(topic, code).inc(count)
            self.dead_letters.labels(code).inc(count)
        self.late.inc(tally.late)
        self.ancient.inc(tally.ancient)
        self.retractions.inc(tally.retracted)
        for outcome, count in tally.brinks.items():
            self.brinks.labels(outcome).inc(count)
        for (origin, target, way, cause), count in tally.moved.items():
            self.transitions.labels(origin or NONE, target or NONE, way, cause).inc(count)
        for (rule, outcome), count in tally.rewarded.items():
            self.rewards.labels(rule, outcome).inc(count)
        for (journey, kind), count in tally.stepped.items():
            self.steps.labels(journey, kind).inc(count)
        for (channel, outcome), count in tally.messages.items():
            self.messages.labels(channel, outcome).inc(count)
            if outcome == "given_up":
                self.dead_letters.labels(UNDELIVERABLE).inc(count)

    def entered(self, change: Mapping[str, int], sign: int = 1) -> None:
        """Let customers enter (or, with sign -1, leave) the segments of this worker."""
        for segment, count in change.items():
            self.customers.labels(segment or NONE).inc(sign * count)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"segue_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"segue_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"segue_{name}", text, labels, registry=self.registry, buckets=buckets)
