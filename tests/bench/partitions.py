"""`python -m tests.bench.partitions`: the whole path with the same orders on more and more partitions of one worker."""

import argparse
import os
import statistics
import subprocess
import sys
from typing import Final

from schemas.topics import Topics
from tests.bench import throughput
from tests.bench.apache import apache_kafka, check_available
from tests.bench.expectation import expected
from tests.bench.orders import PARTITIONS_VARIABLE, orders
from tests.bench.throughput import Job

CASES: Final = 8, 32, 128
ORDERS: Final = 400_000
ROUNDS: Final = 2


def main() -> int:
    """Measure each case in processes of its own, in turn; 0 if every transition came out once."""
    options = _options()
    check_available()
    if options.case:
        return _case()
    command = [sys.executable, "-m", "tests.bench.partitions", "--case"]
    found: dict[int, list[float]] = {number: [] for number in options.partitions}
    for _ in range(ROUNDS):
        for number, rates in found.items():
            environment = {**os.environ, PARTITIONS_VARIABLE: str(number)}
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
            if done.returncode:
                return done.returncode
            rates.append(float(done.stdout))
    for number, rates in found.items():
        told = ", ".join(f"{rate:,.0f}" for rate in rates)
        share = statistics.median(rates) / statistics.median(found[options.partitions[0]])
        sys.stdout.write(f"{number:>4} partitions  {told} orders per CPU-second, {share:.0%}\n")
    return 0


def _case() -> int:
    """Print how many orders a CPU-second, once all partitions are open: that is done once, and told elsewhere."""
    topics = Topics("partitions.", "partitions")
    job = Job(ORDERS, expected(orders(ORDERS), decays_at_end=True), topics.transitions)
    with apache_kafka("partitions") as (broker, directory):
        broker.deploy(topics)
        run = throughput.of_open_segue(
            broker, topics, job, directory, lambda: broker.load(topics.orders, orders(ORDERS))
        )
    if not run.correct:
        sys.stderr.write(f"error: {run.missing} transitions are missing, {run.surplus} too many\n")
        return 1
    sys.stdout.write(f"{run.per_cpu_second}\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.partitions")
    parser.add_argument(
        "--partitions", type=int, nargs="+", default=CASES, help="numbers of them, the first compared with"
    )
    parser.add_argument("--case", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
