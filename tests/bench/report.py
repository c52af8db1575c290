"""Figures in, one markdown table and the conditions under which it was measured out."""

import os
import platform
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.bench.flat_cost import FlatCost
from tests.bench.latency import RATE, Latency
from tests.bench.orders import ORDERS_A_CUSTOMER, PARTITIONS
from tests.bench.processes import REPOSITORY, core
from tests.bench.recovery import Recovery
from tests.bench.throughput import Throughput
from tests.brokers.apache import LIBS

MEBIBYTE = 1024 * 1024


@dataclass(slots=True)
class Figures:
    """Everything one run has measured; a list holds one entry per round."""

    flat: FlatCost
    metrics_share: float
    orders: int
    plain_orders: int
    order_bytes: int = 0
    segue: list[Throughput] = field(default_factory=list)
    standings: list[Throughput] = field(default_factory=list)
    plain: list[Throughput] = field(default_factory=list)
    recovery: list[Recovery] = field(default_factory=list)
    latency: list[Latency] = field(default_factory=list)
    plain_latency: list[Latency] = field(default_factory=list)

    @property
    def correct(self) -> bool:
        """Whether every run has published exactly what was expected."""
        runs = [*self.segue, *self.standings, *self.plain]
        return all(run.correct for run in runs) and not any(run.missing for run in self.latency)


def table(figures: Figures) -> str:
    """Write the table; with several rounds every figure is a median."""
    rows = [
        ("figure", "Segue", "plain Faust", "reach"),
        ("---", "---:", "---:", "---:"),
        *_throughput(figures),
        *_delays(figures),
        (
            "peak memory of the worker, MiB",
            f"{_peak(figures.segue)}",
            f"{_peak(figures.plain)} at {figures.plain_orders:,} orders",
            "",
        ),
        _flat(figures.flat),
        ("metrics, share of the worker's time", f"{figures.metrics_share:.1%}", "", "under 3 %"),
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _throughput(figures: Figures) -> list[tuple[str, str, str, str]]:
    segue, plain = _per_cpu(figures.segue), _per_cpu(figures.plain)
    standings = _per_cpu(figures.standings)
    return [
        ("events per CPU-second, whole path", f"{segue:,.0f}", f"{plain:,.0f}", ""),
        ("that, times plain Faust", f"**{segue / plain:.1f} x**", "1", "15 x"),
        ("events per CPU-second, customer-segments on", f"{standings:,.0f} ({standings / plain:.1f} x)", "", ""),
        (
            "events per second, one core",
            f"{median(run.per_second for run in figures.segue):,.0f}",
            f"{median(run.per_second for run in figures.plain):,.0f}",
            "",
        ),
        ("transitions published, missing, too many", _told(figures.segue), _told(figures.plain), "0 and 0"),
    ]


def _delays(figures: Figures) -> list[tuple[str, str, str, str]]:
    recovery = median(run.rows_per_second for run in figures.recovery)
    last = figures.recovery[-1]
    restored = f"{recovery:,.0f} ({last.rows:,} rows in {last.seconds:.1f} s, at work after {last.open_seconds:.1f} s)"
    return [
        (
            f"latency at {RATE:,} orders per second, p50 / p99 ms",
            _latency(figures.latency),
            _latency(figures.plain_latency),
            "p99 < 150",
        ),
        ("recovery, changelog rows per second", restored, "", "150,000"),
    ]


def _flat(flat: FlatCost) -> tuple[str, str, str, str]:
    what = f"decision and state of one order, microseconds: customer with 3 orders / with {flat.history:,}"
    return what, f"{flat.few:.0f} / {flat.many:.0f} ({flat.many / flat.few:.1f} x)", "", "flat"


def conditions(figures: Figures, rounds: int) -> str:
    """Say what was measured, and where."""
    pinned = "all of them" if core() is None else "one core (`taskset`)"
    return f"""\
- Apache Kafka {kafka()} in its own process on the same machine, loopback, {PARTITIONS} partitions, replication 1;
  {processor()}, {os.cpu_count()} cores; the worker has {pinned}. Other work had it for
  {_waited(figures.segue):.0%} of the time of Segue and {_waited(figures.plain):.0%} of that of plain Faust.
- Python {platform.python_version()}, commit {commit()}, {rounds} round(s).
- Job: orders of {figures.order_bytes} bytes of JSON, {ORDERS_A_CUSTOMER} a customer on average, loaded before the
  worker starts: {figures.orders:,} for Segue, {figures.plain_orders:,} for plain Faust (at its speed); recency
  90/150 days, fixed thresholds, decay included. CPU of the worker's process between 20 % and 90 % of the orders.
- Segue: exactly once, all settings at their defaults, topic customer-segments off unless said. Plain Faust: at least
  once, defaults, `rocksdb://`, the same rule, one event at a time.
- Latency: produce() to a read_committed consumer, every order a new customer, first third dropped. Recovery: state
  directory deleted, from the start of the first partition to the end of the last.
"""


def _per_cpu(runs: list[Throughput]) -> float:
    return median(run.per_cpu_second for run in runs)


def _waited(runs: list[Throughput]) -> float:
    return median(run.waited_share for run in runs)


def _peak(runs: list[Throughput]) -> str:
    return f"{max(run.peak_memory for run in runs) / MEBIBYTE:,.0f}"


def _told(runs: list[Throughput]) -> str:
    missing, surplus = (sum(counts) for counts in zip(*((run.missing, run.surplus) for run in runs), strict=True))
    return f"{runs[-1].published:,}: {missing} and {surplus}"


def _latency(runs: list[Latency]) -> str:
    missing = sum(run.missing for run in runs)
    told = f"{median(run.p50 for run in runs):.0f} / {median(run.p99 for run in runs):.0f}"
    return f"{told}, {missing} missing" if missing else told


def kafka() -> str:
    """Give the version of the broker's jars."""
    found = next(LIBS.glob("kafka-clients-*.jar"), Path("unknown"))
    return found.stem.removeprefix("kafka-clients-")


def processor() -> str:
    """Name this machine's processor."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def commit() -> str:
    """Describe the commit that is measured."""
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
