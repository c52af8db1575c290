"""`python -m tests.bench.memory`: how the memory of a worker grows while the same customers go on ordering."""

import argparse
import math
import random
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Final, NamedTuple

from schemas.instants import DAY_MS
from schemas.topics import Topics
from tests.bench import workers
from tests.bench.apache import apache_kafka, check_available
from tests.bench.broker import Broker
from tests.bench.orders import BEGIN, Order
from tests.bench.processes import WorkerProcess

MEBIBYTE: Final = 2**20
PER: Final = 10_000_000
EVERY_S: Final = 1.0
LIMIT_S: Final = 3_600.0
SHOWN: Final = 12
PIECES: Final = 24
"""Of the second half: samples a second apart tell the same, medians of so many pieces hardly do."""
SPAN_MS: Final = 730 * DAY_MS
TIGHT: Final = {
    "SEGUE_STATE__BLOCK_CACHE_MIB": "16",
    "SEGUE_STATE__WRITE_BUFFERS_MIB": "16",
    "SEGUE_STATE__UNWRITTEN_ROWS": "10000",
}
"""What caches and buffers hold swings by 15 MiB at their defaults, and hides what grows by less."""


class Sample(NamedTuple):
    """What a worker held when it had come so far."""

    orders: int
    resident: int


class Growth(NamedTuple):
    """MiB in ten million orders, and the standard error of that."""

    slope: float
    error: float


def main() -> int:
    """Measure; 0 when all orders were worked."""
    options = _options()
    check_available()
    with apache_kafka("memory") as (broker, directory):
        topics = Topics("memory.", "memory")
        broker.deploy(topics)
        _say(f"loading {options.orders:,} orders of {options.customers:,} customers")
        broker.load(topics.orders, _orders(options.orders, options.customers))
        _say("working")
        with workers.segue(broker, topics, directory, tuned=_tuned(options)) as worker:
            samples = _sampled(broker, worker, topics, options.orders)
    _tell(samples, options.orders)
    return 0


def _orders(count: int, customers: int, seed: int = 7) -> Iterator[Order]:
    """Everybody orders again and again, for two years altogether: brokers refuse what lies in the future."""
    dice = random.Random(seed)
    tick = max(1, SPAN_MS // count)
    for n in range(count):
        customer = f"c-{dice.randrange(customers):08d}"
        yield Order(f"o-{n:09d}", customer, BEGIN + n * tick, dice.randrange(500, 20_000))


def _sampled(broker: Broker, worker: WorkerProcess, topics: Topics, orders: int) -> list[Sample]:
    done, samples = broker.progress(topics.app_id, topics.orders), list[Sample]()

    def all_done() -> bool:
        samples.append(Sample(done(), worker.tree_memory()))
        return samples[-1].orders >= orders

    worker.wait(all_done, LIMIT_S, EVERY_S)
    return samples


def _tell(samples: list[Sample], orders: int) -> None:
    """Print memory along the way, and how it grew in the second half: in the first one caches fill."""
    for n in range(1, SHOWN + 1):
        reached = next(sample for sample in samples if sample.orders >= orders * n // SHOWN)
        sys.stdout.write(f"{reached.orders:>12,} orders {reached.resident / MEBIBYTE:>7,.1f} MiB\n")
    half = [sample for sample in samples if sample.orders >= orders // 2]
    if len(half) < 3 * PIECES:
        sys.stdout.write("too few orders to tell how it grew\n")
        return
    grown = growth(half)
    sys.stdout.write(f"second half: {grown.slope:+,.2f} ± {grown.error:.2f} MiB in 10,000,000 orders\n")


def growth(samples: list[Sample]) -> Growth:
    """Lay a line through the medians of equal pieces, of three samples or more each."""
    size = len(samples) // PIECES
    pieces = [samples[n * size : (n + 1) * size] for n in range(PIECES)]
    at = [statistics.median(sample.orders for sample in piece) / PER for piece in pieces]
    held = [statistics.median(sample.resident for sample in piece) / MEBIBYTE for piece in pieces]
    slope, intercept = statistics.linear_regression(at, held)
    missed = sum((y - slope * x - intercept) ** 2 for x, y in zip(at, held, strict=True)) / (PIECES - 2)
    return Growth(slope, math.sqrt(missed / (statistics.pvariance(at) * PIECES)))


def _tuned(options: argparse.Namespace) -> dict[str, str]:
    """The environment that is asked for: small caches, another allocator in place of the C library's."""
    tight = TIGHT if options.tight else {}
    return tight | ({"LD_PRELOAD": options.preload} if options.preload else {})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.memory", description=__doc__)
    parser.add_argument("--orders", type=int, default=20_000_000, help="(default: %(default)s)")
    parser.add_argument("--customers", type=int, default=100_000, help="(default: %(default)s)")
    parser.add_argument("--tight", action="store_true", help="small caches and buffers, so that growth stands out")
    parser.add_argument("--preload", metavar="LIBRARY", help="an allocator for the worker, as libjemalloc.so.2")
    return parser.parse_args()


def _say(what: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {what}\n")


if __name__ == "__main__":
    sys.exit(main())
