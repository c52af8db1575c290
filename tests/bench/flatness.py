"""`python -m tests.bench.flatness`: what an order costs as customers and segments grow; no broker.

Every customer has one order when measuring begins, her row lies in the database, and she orders at most twice more on
average. By default no order moves anybody. Else few customers and many would be compared in what they do: the tenth
order of one against the second of another, whose row is short but whom it moves, and a move costs as much as an order.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from typing import Final

from rocksdict import WriteBatch

from app.heap import spare_collector
from app.settings import StateSettings
from schemas.policy import Policy, Segment, SegmentRule
from schemas.policy_file import load_policy
from schemas.scales import Thresholds
from tables.customer_codec import decode_customer, encode_customer
from tables.keys import CUSTOMER, due_key
from tests.bench.flat_cost import OrderRecord, Partition
from tests.bench.orders import BEGIN, Order, wire
from tests.bench.rule import DAY_MS
from tests.bench.workers import POLICY

SLICE: Final = 1_000
UNWRITTEN: Final = StateSettings().unwritten_rows
"""Rows that wait for a write-back, as in a worker."""
MEASURED: Final = 200_000
"""Orders at most."""
AGAIN: Final = 2
"""Orders a customer at most, on average."""
CUSTOMERS: Final = 10_000, 100_000, 1_000_000
SEGMENTS: Final = 6, 40
NEVER: Final = 10**9
"""More than anybody orders or spends here."""


def main() -> int:
    """Measure each case in a process of its own, and print a line for it."""
    options = _options()
    if options.case:
        customers, segments = map(int, options.case.split(","))
        sys.stdout.write(_case(customers, segments, moves=options.moves) + "\n")
        return 0
    cases = [(customers, SEGMENTS[0]) for customers in options.customers] + [(CUSTOMERS[1], SEGMENTS[1])]
    for customers, segments in cases:
        command = [sys.executable, "-m", "tests.bench.flatness", "--case", f"{customers},{segments}"]
        subprocess.run(command + ["--moves"] * options.moves, check=True)
    return 0


def _case(customers: int, segments: int, *, moves: bool) -> str:
    with tempfile.TemporaryDirectory(prefix="segue-bench-") as directory:
        policy = wide(segments)
        partition = Partition(Path(directory), policy if moves else _still(policy))
        _stand(partition, customers)
        spare_collector()  # as a worker
        measured = min(MEASURED, AGAIN * customers)
        cost = _take(partition, _later(customers, measured)) / measured * 1e6
        disk = sum(path.stat().st_size for path in Path(directory).rglob("*") if path.is_file()) / 2**20
    return (
        f"{customers:>9,} customers, {segments:>2} segments: {cost:6.1f} us an order, "
        f"{partition.moved / measured:.2f} moves, {_resident():,.0f} MiB resident, {disk:,.0f} MiB on disk"
    )


def _still(policy: Policy) -> Policy:
    """Let no order move anybody, by as many bounds."""
    assert policy.frequency is not None
    assert policy.monetary is not None
    bounds = tuple(NEVER + n for n in range(len(policy.frequency.thresholds.values)))
    scale = replace(policy.frequency, thresholds=Thresholds(bounds, at_least=True))
    return replace(policy, frequency=scale, monetary=replace(policy.monetary, thresholds=scale.thresholds))


def _stand(partition: Partition, customers: int) -> None:
    """Let every customer have ordered once within a month: the first one by the decisions, all others as she did."""
    first = Order(f"f-{0:09d}", f"c-{0:08d}", BEGIN, 5_000)
    partition.take([_record(first)])
    partition.table.flush()
    stored = partition.table.get(CUSTOMER + first.customer.encode())
    assert stored is not None
    row = decode_customer(stored)
    packed, due, rows, dues = row.newest, row.due, WriteBatch(raw_mode=True), WriteBatch(raw_mode=True)
    for n in range(1, customers):
        later, customer = n * 30 * DAY_MS // customers, b"c-%08d" % n
        row.at = row.moved_at = row.first = row.last = BEGIN + later
        row.due = due + later
        row.newest = packed.replace(first.number.encode(), b"f-%09d" % n)
        rows.put(CUSTOMER + customer, encode_customer(row))
        dues.put(due_key(row.due, customer), b"")
        if n % SLICE == 0 or n == customers - 1:
            partition.table.db.write(rows)
            partition.table.db.write(dues)
            rows, dues = WriteBatch(raw_mode=True), WriteBatch(raw_mode=True)
    partition.table.db.flush()


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


def _take(partition: Partition, orders: Iterator[Order]) -> float:
    """Give the seconds of CPU that deciding and writing took, of all threads; making the orders is left out."""
    seconds = 0.0
    while records := [_record(order) for order in islice(orders, SLICE)]:
        began = time.process_time()
        partition.take(records)
        if partition.table.unwritten >= UNWRITTEN:
            partition.table.flush()
        seconds += time.process_time() - began
    began = time.process_time()
    partition.table.flush()
    return seconds + time.process_time() - began


def _record(order: Order) -> OrderRecord:
    return OrderRecord(order.at, order.customer.encode(), wire(order))


def _later(customers: int, measured: int) -> Iterator[Order]:
    """Customers drawn evenly order again."""
    dice = random.Random(7)
    for n in range(measured):
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
    parser.add_argument("--moves", action="store_true", help="let orders move customers")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
