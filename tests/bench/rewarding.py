"""`python -m tests.bench.rewarding`: the whole path with 20 rules, 5 journeys and 3 budgets beside that without any."""

import statistics
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
from tests.bench.workers import POLICY

ORDERS: Final = 200_000
ROUNDS: Final = 3
REWARDING: Final = Path(__file__).with_name("rewarding.yaml")
OUTPUTS: Final = "rewards", "messages", "alerts"


def main() -> int:
    """Measure both in turn; 0 if every transition came out once."""
    check_available()
    with apache_kafka("rewarding") as (broker, directory):
        plain, rewarding, published = _measured(broker, directory)
    share = statistics.median(run.per_cpu_second for run in rewarding) / statistics.median(
        run.per_cpu_second for run in plain
    )
    for name, runs in (("without rewards", plain), ("with rewards", rewarding)):
        figures = ", ".join(f"{run.per_cpu_second:,.0f}" for run in runs)
        sys.stdout.write(f"{name:16} {figures} orders per CPU-second\n")
    told = ", ".join(f"{count / ORDERS:.2f} on {name}" for name, count in published.items())
    sys.stdout.write(f"with rewards {share:.0%} of the throughput without; records an order: {told}\n")
    correct = all(run.correct for run in (*plain, *rewarding))
    if not correct:
        sys.stderr.write("error: transitions are missing or came out more than once\n")
    return 0 if correct else 1


def _measured(broker: Broker, directory: Path) -> tuple[list[Throughput], list[Throughput], dict[str, int]]:
    """Run both policies over the same orders, each on topics of its own; gives what the second publishes besides."""
    whole = expected(orders(ORDERS), decays_at_end=True)
    runs: dict[Path, list[Throughput]] = {POLICY: [], REWARDING: []}
    for policy in runs:
        broker.deploy(_topics(policy, 0))
        broker.load(_topics(policy, 0).orders, orders(ORDERS))
    for number in range(ROUNDS):
        for policy, done in runs.items():
            topics = _topics(policy, number)
            broker.deploy(topics)
            job = Job(ORDERS, whole, topics.transitions)
            done.append(throughput.of_segue(broker, topics, job, directory, standings=False, policy=policy))
    names = {name: str(getattr(_topics(REWARDING, 0), name)) for name in OUTPUTS}
    return runs[POLICY], runs[REWARDING], {name: broker.written(topic) // ROUNDS for name, topic in names.items()}


def _topics(policy: Path, number: int) -> Topics:
    return Topics(f"{policy.stem}.", f"{policy.stem}-{number}")


if __name__ == "__main__":
    sys.exit(main())
