"""`python -m tests.bench.flatness`: what an order costs as customers and segments grow; no broker."""

import argparse
import gc
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Final

from schemas.policy import Policy, Segment, SegmentRule
from schemas.policy_file import load_policy
from schemas.scales import Thresholds
from tests.bench.flat_cost import OrderRecord, Partition
from tests.bench.orders import BEGIN, Order, wire
from tests.bench.rule import DAY_MS
from tests.bench.workers import POLICY

SLICE: Final = 1_000
WRITE_BACK: Final = 25
"""Transactions between two write-backs, as a worker under load has them."""
MEASURED: Final = 200_000
CUSTOMERS: Final = 10_000, 100_000, 1_000_000
SEGMENTS: Final = 6, 40


def main() -> int:
    """Measure each case in a process of its own, and print a line for it."""
    options = _options()
    if options.case:
        customers, segments = map(int, options.case.split(","))
        sys.stdout.write(_case(customers, segments) + "\n")
        return 0
    cases = [(customers, SEGMENTS[0]) for customers in options.customers] + [(CUSTOMERS[1], SEGMENTS[1])]
    for customers, segments in cases:
        command = [sys.executable, "-m", "tests.bench.flatness", "--case", f"{customers},{segments}"]
        subprocess.run(command, check=True)
    return 0


def _case(customers: int, segments: int) -> str:
    with tempfile.TemporaryDirectory(prefix="segue-bench-") as directory:
        partition = Partition(Path(directory), wide(segments))
        gc.collect()
        gc.freeze()
        _take(partition, _firsts(customers))
        began = time.process_time()
        _take(partition, _later(customers))
        cost = (time.process_time() - began) / MEASURED * 1e6
        disk = sum(path.stat().st_size for path in Path(directory).rglob("*") if path.is_file()) / 2**20
    return (
        f"{customers:>9,} customers, {segments:>2} segments: {cost:6.1f} us an order, "
        f"{_resident():,.0f} MiB resident, {disk:,.0f} MiB on disk"
    )


def wide(segments: int) -> Policy:
    """Give the bench's policy, or one of as many segments: a cell for each, by five bands of frequency and monetary."""
    policy = load_policy(str(POLICY))
    if segments <= len(policy.segments):
        return policy
    assert policy.frequency is not None
    assert policy.monetary is not None
    bands = tuple(product("321", "54321", "54321"))
    names = [f"s{min(n * segments // len(bands), segments - 1)}" for n in range(len(bands))]
    ids = list(dict.fromkeys(names))
    cells = {name: frozenset("".join(b) for b, n in zip(bands, names, strict=True) if n == name) for name in ids}
    return replace(
        policy,
        segments=tuple(Segment(name, name, rank) for rank, name in enumerate(ids, 1)),
        rules=tuple(SegmentRule(name, cells[name]) for name in ids),
        frequency=replace(policy.frequency, thresholds=Thresholds((2, 3, 5, 8), at_least=True)),
        monetary=replace(policy.monetary, thresholds=Thresholds((10_000, 50_000, 100_000, 200_000), at_least=True)),
    )


def _take(partition: Partition, orders: Iterator[Order]) -> None:
    records: list[OrderRecord] = []
    for order in orders:
        records.append(OrderRecord(order.at, order.customer.encode(), wire(order)))
        if len(records) == SLICE:
            partition.take(records)
            records.clear()
            if partition.transactions % WRITE_BACK == 0:
                partition.table.flush()
    partition.table.flush()


def _firsts(customers: int) -> Iterator[Order]:
    """Every customer orders once within a month."""
    for n in range(customers):
        yield Order(f"f-{n:09d}", f"c-{n:08d}", BEGIN + n * 30 * DAY_MS // customers, 5_000)


def _later(customers: int) -> Iterator[Order]:
    """Customers drawn evenly order again."""
    dice = random.Random(7)
    for n in range(MEASURED):
        at = BEGIN + 30 * DAY_MS + n * 1_000
        yield Order(f"o-{n:09d}", f"c-{dice.randrange(customers):08d}", at, dice.randrange(500, 20_000))


def _resident() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no resident size")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.flatness", description=__doc__)
    parser.add_argument("--customers", type=int, nargs="+", default=CUSTOMERS, help="how many (default: %(default)s)")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
