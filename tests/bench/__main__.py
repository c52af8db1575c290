"""`python -m tests.bench`: measures Segue beside plain Faust on Apache Kafka and prints one table."""

import argparse
import sys
import time
from pathlib import Path
from typing import Final

from schemas.topics import Topics
from tests.bench import flat_cost, latency, metrics_cost, recovery, throughput
from tests.bench.apache import apache_kafka, check_available
from tests.bench.broker import Broker
from tests.bench.expectation import expected
from tests.bench.latency import RATE, Pace
from tests.bench.orders import orders
from tests.bench.report import Figures, conditions, table
from tests.bench.throughput import Job

PLAIN_SHARE: Final = 20
"""Plain Faust gets one order where Segue gets this many: the same number would take minutes."""
PREFIX: Final = "bench."


def main() -> int:
    """Measure; 0 if every transition came out once, 1 if not or if it cannot run here."""
    options = _options()
    check_available()
    _say("cost of an order with a short and a long history")
    flat = flat_cost.measure(options.orders // 60 if options.quick else 100_000, 2_000)
    figures = Figures(flat, metrics_cost.share(), options.orders, max(6_000, options.orders // PLAIN_SHARE))
    with apache_kafka("bench") as (broker, directory):
        _measure(broker, figures, directory, options)
    sys.stdout.write(f"{table(figures)}\n\n{conditions(figures, options.rounds)}")
    return 0 if figures.correct else 1


def _measure(broker: Broker, figures: Figures, directory: Path, options: argparse.Namespace) -> None:
    _say("loading orders")
    first = Topics(PREFIX, "bench-0")
    broker.deploy(first)
    broker.create(("plain-orders", {"retention.ms": "-1"}), ("plain-transitions", {}))
    figures.order_bytes = broker.load(first.orders, orders(figures.orders))
    broker.load("plain-orders", orders(figures.plain_orders))
    whole = Job(figures.orders, expected(orders(figures.orders), decays_at_end=True), first.transitions)
    small = Job(figures.plain_orders, expected(orders(figures.plain_orders), decays_at_end=False), "plain-transitions")
    for number in range(options.rounds):
        _round(broker, figures, directory, number, (whole, small))
        _latencies(broker, figures, directory, number, 4 if options.quick else 10)


def _round(broker: Broker, figures: Figures, directory: Path, number: int, jobs: tuple[Job, Job]) -> None:
    whole, small = jobs
    alone, both = Topics(PREFIX, f"bench-{number}"), Topics(PREFIX, f"bench-standings-{number}")
    broker.deploy(alone)
    _say("Segue, whole path")
    figures.segue.append(throughput.of_segue(broker, alone, whole, directory, standings=False))
    _say("recovery")
    figures.recovery.append(recovery.of_segue(broker, alone, directory))
    broker.deploy(both)
    _say("Segue, whole path, customer-segments on")
    figures.standings.append(throughput.of_segue(broker, both, whole, directory, standings=True))
    _say("plain Faust, whole path")
    plain = throughput.of_plain_faust(broker, f"plain-{number}", "plain-orders", small, directory)
    figures.plain.append(plain)


def _latencies(broker: Broker, figures: Figures, directory: Path, number: int, seconds: float) -> None:
    _say("Segue, latency")
    deployment = Topics(f"latency-{number}.", f"latency-{number}")
    pace = Pace(RATE, seconds)
    figures.latency.append(latency.of_segue(broker, deployment, directory, pace))
    _say("plain Faust, latency")
    figures.plain_latency.append(latency.of_plain_faust(broker, f"plain-latency-{number}", directory, pace))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--orders", type=int, default=600_000, help="orders for Segue (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=1, help="repeat everything, print medians")
    parser.add_argument("--quick", action="store_true", help="60,000 orders: shows that all works, proves no figure")
    options = parser.parse_args()
    if options.quick:
        options.orders = 60_000
    if options.orders < 20_000 or options.rounds < 1:
        parser.error("at least 20,000 orders and one round")
    return options


def _say(what: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {what}\n")


if __name__ == "__main__":
    sys.exit(main())
