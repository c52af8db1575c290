"""`python -m tests.bench.decay`: many customers due at once in one worker, alone and beside 1,000 orders a second."""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from app import COMPILED
from schemas.topics import Topics
from tests.bench import workers
from tests.bench.apache import apache_kafka, check_available
from tests.bench.broker import Broker
from tests.bench.decay_figures import BurstFigures, Spread, of_burst, order_latencies
from tests.bench.decay_plan import Burst, Plan
from tests.bench.decay_watch import Watch
from tests.bench.processes import REPOSITORY, WorkerProcess, core

RATE: Final = 1_000
BURSTS: Final = 3
GAP_MS: Final = 8_000
WARM_UP_MS: Final = 30_000
"""Of orders at their pace, before one of them is measured: the broker compiles what a new load needs."""
OPEN_MS: Final = 25_000
"""For a worker to stop and the next to open."""
AFTER_MASS_MS: Final = 30_000
FILL_PER_S: Final = 6_000
"""Slower than any worker fills; the instants at which customers are due are chosen before it."""
MASS: Final = 100_000
MEBIBYTE: Final = 2**20


def main() -> int:
    """Measure; 0 if every move came once at its own instant."""
    options = _options()
    check_available()
    with apache_kafka("decay") as (broker, directory):
        told = _measured(broker, directory, options)
    if options.json is not None:
        options.json.write_text(json.dumps(told, indent=2) + "\n")
    return 0 if told["correct"] else 1


def plan(customers: int, due: int, mass: int, now: int) -> Plan:
    """Say who is due when: bursts alone, bursts beside orders, and many at one instant beside orders."""
    first = now + 1_000 * customers // FILL_PER_S + 30_000 + OPEN_MS
    alone = [Burst("alone", due, first + n * GAP_MS, 1_000) for n in range(BURSTS)]
    second = first + BURSTS * GAP_MS + WARM_UP_MS + GAP_MS
    beside = [Burst("beside orders", due, second + n * GAP_MS, 1_000) for n in range(BURSTS)]
    at_once = Burst("at one instant", mass, second + BURSTS * GAP_MS, 0)
    return Plan(customers, (*alone, *beside, at_once))


def _measured(broker: Broker, directory: Path, options: argparse.Namespace) -> dict[str, Any]:
    topics = Topics("decay.", "decay")
    broker.deploy(topics)
    now = int(time.time() * 1000)
    wanted = plan(options.customers, options.due, options.mass, now)
    _say(f"loading {options.customers:,} customers")
    broker.load(topics.orders, wanted.orders(now))
    _say("filling the state")
    with workers.segue(broker, topics, directory, clock="wall") as worker:
        done = broker.progress(topics.app_id, topics.orders)
        worker.wait(lambda: done() >= options.customers, wanted.bursts[0].begin / 1000 - time.time(), 0.2)
    with workers.segue(broker, topics, directory, clock="wall") as worker:
        workers.wait_until_open(worker)
        assert time.time() * 1000 < wanted.bursts[0].begin, "filling took so long that customers are due already"
        return _observed(broker, topics, wanted, worker)


def _observed(broker: Broker, topics: Topics, wanted: Plan, worker: WorkerProcess) -> dict[str, Any]:
    begin, mass = wanted.bursts[BURSTS].begin, wanted.bursts[-1].begin
    before, cpu, waited = worker.tree_memory(), worker.cpu_seconds(), worker.waited_seconds()
    with Watch(broker, topics.transitions) as watch:
        _until(begin - WARM_UP_MS - GAP_MS, worker, "bursts alone")
        with _pacing(broker, topics.orders, (mass + AFTER_MASS_MS) / 1000 - time.time()):
            _until(begin, worker, "orders without decay")
            _until(mass, worker, "bursts beside orders")
            _until(mass + AFTER_MASS_MS, worker, "at one instant")
        came = watch.came()
    figures = [of_burst(burst, wanted.due(burst), came) for burst in wanted.bursts]
    quiet = order_latencies(came, begin - GAP_MS, begin)
    told = {
        "customers": wanted.customers,
        "compiled": COMPILED,
        "pinned": core() is not None,
        "bursts": [
            asdict(one) | {"customers": burst.customers} for one, burst in zip(figures, wanted.bursts, strict=True)
        ],
        "orders_without_decay": quiet._asdict(),
        "memory_before_mib": before // MEBIBYTE,
        "memory_peak_mib": worker.peak_memory() // MEBIBYTE,
        "cpu_s": round(worker.cpu_seconds() - cpu, 1),
        "waited_s": round(worker.waited_seconds() - waited, 1),
        "correct": all(one.correct for one in figures),
    }
    _show(told, figures, quiet)
    return told


def _show(told: dict[str, Any], figures: list[BurstFigures], quiet: Spread) -> None:
    out = sys.stdout.write
    out(f"{told['customers']:,} customers, 8 partitions, {'compiled' if COMPILED else 'source'}\n")
    out(f"{'':<38}      p50       p99      most, ms\n")
    out(f"{'orders without decay':<36}{quiet.told()}\n")
    for one in figures:
        out(f"{one.name}: {one.missing} missing, {one.surplus} too many, {one.inversions} out of order, ")
        out(f"worked off in {one.worked_off_ms:,.0f} ms\n")
        out(f"{'  detected after effective':<36}{one.detected.told()}\n")
        out(f"{'  readable after effective':<36}{one.arrived.told()}\n")
        if one.orders.number:
            out(f"{'  orders meanwhile':<36}{one.orders.told()}\n")
    out(f"memory {told['memory_before_mib']} MiB before, {told['memory_peak_mib']} MiB at most; ")
    out(f"CPU {told['cpu_s']} s; could have run but waited {told['waited_s']} s\n")


@contextmanager
def _pacing(broker: Broker, orders: str, seconds: float) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.bench.pacing", broker.bootstrap, orders, str(RATE), str(seconds)]
    producing = subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True)
    try:
        yield
    finally:
        producing.terminate()
        producing.wait(10)


def _until(at: int, worker: WorkerProcess, what: str) -> None:
    """Let time pass while the worker lives."""
    _say(what)
    worker.wait(lambda: time.time() * 1000 >= at, at / 1000 - time.time() + 5)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.decay", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000, help="in the state (default: %(default)s)")
    parser.add_argument("--due", type=int, default=10_000, help="due within one second (default: %(default)s)")
    parser.add_argument("--mass", type=int, default=MASS, help="due at one instant (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    if options.customers < 2 * BURSTS * options.due + options.mass + 1_000:
        parser.error("more customers are due than there are")
    return options


def _say(what: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {what}\n")


if __name__ == "__main__":
    sys.exit(main())
