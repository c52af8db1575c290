"""What Prometheus sees: every metric with its help, base units, and labels from closed lists only."""

import time
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Info, disable_created_metrics

from agents.decisions.clock import ClockMode
from app.control.metrics import ControlCollector
from app.control.view import ControlView
from app.decision_metrics import DecisionMetrics
from app.partition_gauges import PartitionGauges
from app.registering import Registering
from schemas.policy import Policy

if TYPE_CHECKING:
    from app.runtime.transaction import Committed

# A series more for every counter, which nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the package leaves it untyped

LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
DELAY = (0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600)
STAGE = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
RECORDS = (1, 5, 10, 50, 100, 500, 1_000, 2_500, 5_000, 10_000, 25_000)


class Metrics:
    """The metrics of one worker, on a registry of their own."""

    def __init__(self, registry: CollectorRegistry, policy: Policy) -> None:
        self.registry = registry
        new = Registering(registry)
        self.decided = DecisionMetrics(new, policy)
        self.partitions = PartitionGauges(new)
        self.transition_latency = new.histogram(
            "transition_latency_seconds", "From the append of an input record to the commit of its moves.", LATENCY
        )
        self.decay_delay = new.histogram("decay_delay_seconds", "From the instant of a decay to its commit.", DELAY)
        self.run_records = new.histogram("run_records", "Records in a run.", RECORDS)
        self.stage = new.histogram("stage_seconds", "Time in a stage of a transaction.", STAGE, "stage")
        self.transactions = new.counter("transactions", "Transactions by outcome.", "outcome")
        self.transaction_seconds = new.histogram("transaction_seconds", "From begin to the end of commit.", STAGE)
        self.wall_clock_jumps = new.counter("wall_clock_jumps", "Times the wall clock was set or the machine slept.")
        self.task_opens = new.counter("task_opens", "Openings of partitions.", "reason")
        Info("segue_build", "The program.", registry=registry).info({"version": version("segue")})

    def watch_control(self, view: ControlView, mode: ClockMode) -> None:
        """Show which policy and cut points of the control topic are in force, whenever somebody asks."""
        self.registry.register(ControlCollector(view, partial(self._instant, mode)))

    def _instant(self, mode: ClockMode) -> int:
        """Say what time it is, epoch ms: under the clock of the stream, that of the furthest partition."""
        if mode == "wall":
            return int(time.time() * 1000)
        clocks = (sample.value for metric in self.partitions.clock.collect() for sample in metric.samples)
        return int(max(clocks, default=0) * 1000)

    def committed(self, done: "Committed") -> None:
        """Count what a committed transaction has done."""
        self.transactions.labels("committed").inc()
        self.transaction_seconds.observe(done.ended - done.decided)
        self.stage.labels("decide").observe(done.decided - done.began)
        self.stage.labels("commit").observe(done.ended - done.decided)
        self._delays(done)
        self.decided.count(done.work.tally)
        self.decided.entered(done.work.tally.entered)

    def _delays(self, done: "Committed") -> None:
        """Observe latencies, but not while history is replayed: its age is no delay of ours."""
        if done.lagging:
            return
        now = time.time()
        if done.batch is not None:
            self.transition_latency.observe(max(0.0, now - done.batch.oldest / 1000))
        for at in done.work.tally.decayed_at:
            self.decay_delay.observe(max(0.0, now - at / 1000))
