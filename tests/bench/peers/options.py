"""A command line in, what to measure out."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from tests.bench.peers.catalogue import DEFAULT, PEERS, SECTIONS, Section


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure, and how much of it."""

    rounds: int
    orders: int
    customers: int
    restart_customers: int
    peers: tuple[str, ...]
    sections: frozenset[Section]
    warm_up: float
    seconds: float
    json: Path | None
    report: Path | None
    logs: Path | None


def options(arguments: Sequence[str] | None = None) -> Options:
    """Read a command line; SystemExit if it asks for what is not to be had."""
    parser = _parser()
    given = parser.parse_args(arguments)
    peers, sections = tuple(given.peers.split(",")), tuple(given.sections.split(","))
    unknown = [name for name in peers if name not in PEERS] + [name for name in sections if name not in SECTIONS]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}")
    if min(given.rounds, given.customers, given.restart_customers) < 1 or given.orders < 20_000:
        parser.error("at least 20,000 orders, one customer and one round")
    told = vars(given) | {"peers": peers, "sections": frozenset(cast("tuple[Section, ...]", sections))}
    return Options(**told)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.peers",
        description="One job on Segue and on what a user would pick instead, on Apache Kafka: one table.",
        epilog=f"peers: {', '.join(PEERS)}",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--rounds", type=int, default=5, help="measure everything so often, interleaved")
    add("--orders", type=int, default=500_000, help="orders of the throughput section")
    add("--customers", type=int, default=100_000, help="their customers")
    add("--restart-customers", type=int, default=1_000_000, help="customers of the restart and recovery sections")
    add("--peers", default=",".join(DEFAULT), help="which, by commas")
    add("--sections", default=",".join(SECTIONS), help="which, by commas")
    add("--warm-up", type=float, default=20.0, help="seconds at 1,000 orders a second before latency is measured")
    add("--seconds", type=float, default=10.0, help="seconds for which latency is measured at each rate")
    add("--json", type=Path, help="write every figure of every round here")
    add("--report", type=Path, help="measure nothing: print the table of such a file")
    add("--logs", type=Path, help="keep the logs of all workers here")
    return parser
