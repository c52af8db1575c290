"""`python -m tests.bench.guard`: the whole path beside plain Faust, in minutes; fails where it has become slower.

The recorded ratio is that of both in one run, so that the machine divides out; other work on it does not quite.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from schemas.topics import Topics
from tests.bench import throughput
from tests.bench.apache import apache_kafka, check_available
from tests.bench.broker import Broker
from tests.bench.expectation import expected
from tests.bench.orders import orders
from tests.bench.throughput import Job, Throughput

RECORDED: Final = Path(__file__).with_name("guard.json")
LOSS: Final = 0.2
"""How much of the recorded ratio may be missing: two runs differ by up to a tenth."""
ORDERS: Final = 200_000
PLAIN_ORDERS: Final = 8_000
ROUNDS: Final = 2
"""The better one counts: other work can only make a run slower."""
PLAIN: Final = "plain-orders", "plain-transitions"


def main() -> int:
    """Measure; 0 if the ratio is what it was and every transition came out once."""
    options = _options()
    check_available()
    with apache_kafka("guard") as (broker, directory):
        segue, plain = _measured(broker, directory)
    ratio = max(run.per_cpu_second for run in segue) / max(run.per_cpu_second for run in plain)
    if options.record:
        RECORDED.write_text(json.dumps({"times_plain_faust": round(ratio, 1)}) + "\n")
    return _verdict(ratio, correct=all(run.correct for run in (*segue, *plain)))


def _measured(broker: Broker, directory: Path) -> tuple[list[Throughput], list[Throughput]]:
    first = Topics("guard.", "guard-0")
    broker.deploy(first)
    broker.create((PLAIN[0], {"retention.ms": "-1"}), (PLAIN[1], {}))
    broker.load(first.orders, orders(ORDERS))
    broker.load(PLAIN[0], orders(PLAIN_ORDERS))
    job = Job(ORDERS, expected(orders(ORDERS), decays_at_end=True), first.transitions)
    plain_job = Job(PLAIN_ORDERS, expected(orders(PLAIN_ORDERS), decays_at_end=False), PLAIN[1])
    segue: list[Throughput] = []
    plain: list[Throughput] = []
    for number in range(ROUNDS):
        topics = Topics("guard.", f"guard-{number}")
        broker.deploy(topics)
        segue.append(throughput.of_segue(broker, topics, job, directory, standings=False))
        plain.append(throughput.of_plain_faust(broker, f"plain-{number}", PLAIN[0], plain_job, directory))
    return segue, plain


def _verdict(ratio: float, *, correct: bool) -> int:
    recorded = float(json.loads(RECORDED.read_text())["times_plain_faust"])
    floor = recorded * (1 - LOSS)
    sys.stdout.write(f"{ratio:.1f} x plain Faust; recorded {recorded}, at least {floor:.1f} wanted\n")
    if not correct:
        sys.stderr.write("error: transitions are missing or came out more than once\n")
    if ratio < floor:
        sys.stderr.write(
            "error: the whole path has become slower. If that is meant: `python -m tests.bench.guard --record`\n"
        )
    return 0 if correct and ratio >= floor else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.guard", description=__doc__)
    parser.add_argument("--record", action="store_true", help="make what is measured now the measure")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
