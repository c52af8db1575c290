"""`python -m tests.bench.guard`: the whole path beside plain Faust, in minutes; fails where it has become slower.

The recorded ratio is that of both in one run, so that the machine divides out; other work on it does not quite.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

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
MOST_ROUNDS: Final = 4
"""Where the better of two is too slow: other work may have met Segue in both of them."""
PLAIN: Final = "plain-orders", "plain-transitions"


class Round(NamedTuple):
    """Both, one after the other."""

    segue: Throughput
    plain: Throughput


def main() -> int:
    """Measure; 0 if the ratio is what it was and every transition came out once."""
    options = _options()
    check_available()
    floor = 0.0 if options.record else _floor()
    with apache_kafka("guard") as (broker, directory):
        coming = _rounds(broker, directory)
        rounds = list(islice(coming, ROUNDS))
        while _ratio(rounds) < floor and len(rounds) < MOST_ROUNDS:
            rounds.append(next(coming))
    if options.record:
        RECORDED.write_text(json.dumps({"times_plain_faust": round(_ratio(rounds), 1)}) + "\n")
    return _verdict(_ratio(rounds), correct=all(run.correct for pair in rounds for run in pair))


def _rounds(broker: Broker, directory: Path) -> Iterator[Round]:
    first = Topics("guard.", "guard-0")
    broker.deploy(first)
    broker.create((PLAIN[0], {"retention.ms": "-1"}), (PLAIN[1], {}))
    broker.load(first.orders, orders(ORDERS))
    broker.load(PLAIN[0], orders(PLAIN_ORDERS))
    job = Job(ORDERS, expected(orders(ORDERS), decays_at_end=True), first.transitions)
    plain_job = Job(PLAIN_ORDERS, expected(orders(PLAIN_ORDERS), decays_at_end=False), PLAIN[1])
    for number in range(MOST_ROUNDS):
        topics = Topics("guard.", f"guard-{number}")
        broker.deploy(topics)
        yield Round(
            throughput.of_segue(broker, topics, job, directory, standings=False),
            throughput.of_plain_faust(broker, f"plain-{number}", PLAIN[0], plain_job, directory),
        )


def _ratio(rounds: list[Round]) -> float:
    return max(one.segue.per_cpu_second for one in rounds) / max(one.plain.per_cpu_second for one in rounds)


def _recorded() -> float:
    return float(json.loads(RECORDED.read_text())["times_plain_faust"])


def _floor() -> float:
    return _recorded() * (1 - LOSS)


def _verdict(ratio: float, *, correct: bool) -> int:
    floor = _floor()
    sys.stdout.write(f"{ratio:.1f} x plain Faust; recorded {_recorded()}, at least {floor:.1f} wanted\n")
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
