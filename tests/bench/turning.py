"""`python -m tests.bench.turning`: freezes and a promoted policy over many customers, beside 1,000 orders a second."""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from app import COMPILED
from schemas.control import CutPointsRecord, decode_control
from schemas.freezes import decode_chunk
from schemas.instants import rfc3339
from schemas.topics import Topics
from tests.bench import workers
from tests.bench.apache import apache_kafka, check_available
from tests.bench.broker import Broker, at_end
from tests.bench.decay_figures import Spread, order_latencies
from tests.bench.decay_watch import Came, Watch
from tests.bench.orders import Order
from tests.bench.processes import REPOSITORY, WorkerProcess

RATE: Final = 1_000
FREEZES: Final = 3
MINUTE_MS: Final = 60_000
AHEAD_MS: Final = 50_000
"""So long before it takes effect a policy is promoted: the least that everybody hears of in time, and some more."""
OVER_S: Final = 300.0
"""So long the bench waits for a promoted policy to be over at most."""
NEWEST: Final = 10_000
"""It is over when none of so many moves, the newest, is by the policy: orders alone move some hundred a second."""
QUANTILES: Final = {
    "{at_least: [2, 3]}": "{quantiles: [33%, 67%], initial: [1, 2]}",
    "{at_least: [100.00, 500.00]}": "{quantiles: [33%, 67%], initial: [100.00, 500.00]}",
}
EVERY_MINUTE: Final = "cut_points: {refresh: 1m, apply_after: 10s}\n"
SLOWER: Final = ("[90d, 150d]", "[20d, 150d]")
"""What the promoted policy changes: a third of the customers move."""
MEBIBYTE: Final = 2**20


@dataclass(frozen=True, slots=True)
class Frozen:
    """One freeze: how long it took until its cut points could be read, and what it cost."""

    seconds: float
    customers: int
    bytes: int
    orders: Spread


def main() -> int:
    """Measure; 0 if every freeze led to cut points and the policy moved somebody."""
    options = _options()
    check_available()
    with apache_kafka("turning") as (broker, directory):
        told = _measured(broker, directory, options.customers)
    if options.json is not None:
        options.json.write_text(json.dumps(told, indent=2) + "\n")
    return 0


def _measured(broker: Broker, directory: Path, customers: int) -> dict[str, Any]:
    topics = Topics("turning.", "turning")
    broker.deploy(topics)
    policy = workers.POLICY.read_text("utf-8")
    for fixed, quantiles in QUANTILES.items():
        policy = policy.replace(fixed, quantiles)
    file = directory / "policy.yaml"
    file.write_text(policy + EVERY_MINUTE, "utf-8")
    _say(f"loading {customers:,} customers")
    broker.load(topics.orders, _orders(customers, int(time.time() * 1000)))
    with workers.segue(broker, topics, directory, clock="wall", policy=file) as worker:
        workers.wait_until_open(worker)
        done = broker.progress(topics.app_id, topics.orders)
        worker.wait(lambda: done() >= customers, 600, 0.5)
        return _observed(broker, topics, worker, file, customers)


def _orders(customers: int, now: int) -> Iterator[Order]:
    """One order a customer, over the last sixty days, of sums that differ."""
    for n in range(customers):
        at = now - 60 * 86_400_000 * (customers - n) // customers
        yield Order(f"o-{n}", f"c-{n:08d}", at, 1_000 + n * 7_919 % 90_000)


def _observed(broker: Broker, topics: Topics, worker: WorkerProcess, policy: Path, customers: int) -> dict[str, Any]:
    first = (int(time.time() * 1000) // MINUTE_MS + 2) * MINUTE_MS
    with Watch(broker, topics.transitions) as watch:
        pacing = [sys.executable, "-m", "tests.bench.pacing", broker.bootstrap, topics.orders, str(RATE), "600"]
        producing = subprocess.Popen(pacing, cwd=REPOSITORY, start_new_session=True)
        try:
            _until(worker, first + FREEZES * MINUTE_MS - MINUTE_MS // 2, "freezes")
            at = int(time.time() * 1000) + AHEAD_MS
            _promote(broker, topics, policy, at)
            _until(worker, at + MINUTE_MS // 4, "another policy")
            worker.wait(lambda: all(one.effective_at != at for one in watch.newest(NEWEST)), OVER_S, 2.0)
        finally:
            producing.terminate()
            producing.wait(10)
        came = watch.came()
    freezes = [_frozen(broker, topics, first + n * MINUTE_MS, came) for n in range(FREEZES)]
    moved = [one for one in came if one.order_ns is None and one.effective_at == at]
    last = max((one.arrived_at for one in moved), default=float(at))
    told = {
        "customers": customers,
        "compiled": COMPILED,
        "quiet_orders": order_latencies(came, first - MINUTE_MS // 2, first)._asdict(),
        "freezes": [asdict(one) for one in freezes],
        "policy_moves": len(moved),
        "policy_seconds": (last - at) / 1000,
        "policy_orders": order_latencies(came, at, last)._asdict(),
        "memory_peak_mib": worker.peak_memory() // MEBIBYTE,
    }
    sys.stdout.write(json.dumps(told, indent=2) + "\n")
    return told


def _frozen(broker: Broker, topics: Topics, at: int, came: list[Came]) -> Frozen:
    """Look up what a freeze has put on its topic, and when its cut points were there."""
    size, end = 0, None
    for _, value in _read(broker, topics.freezes):
        size += len(value) if decode_chunk(value).at == at else 0
    customers = 0
    for message, value in _read(broker, topics.control):
        record = decode_control(message.key(), value)
        if isinstance(record, CutPointsRecord) and record.frozen_at == at:
            end, customers = message.timestamp()[1], record.customers
    assert end is not None, f"no cut points of {rfc3339(at)}"
    return Frozen((end - at) / 1000, customers, size, order_latencies(came, at, end))


def _read(broker: Broker, topic: str) -> Iterator[tuple[Any, bytes]]:
    consumer = broker.reader(topic, {0: 0})
    try:
        while (message := consumer.poll(1.0)) is not None:
            if not at_end(message):
                yield message, message.value() or b""
    finally:
        consumer.close()


def _promote(broker: Broker, topics: Topics, policy: Path, at: int) -> None:
    other = policy.with_name("slower.yaml")
    other.write_text(policy.read_text("utf-8").replace(*SLOWER), "utf-8")
    settings = {
        "SEGUE_KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap,
        "SEGUE_APP_ID": topics.app_id,
        "SEGUE_TOPIC_PREFIX": topics.prefix,
    }
    command = [sys.executable, "-m", "app.command_line", "policy", "promote", str(other), "--at", rfc3339(at)]
    subprocess.run(command, cwd=REPOSITORY, env=os.environ | settings, check=True, stdout=subprocess.DEVNULL)


def _until(worker: WorkerProcess, at: int, what: str) -> None:
    _say(what)
    worker.wait(lambda: time.time() * 1000 >= at, at / 1000 - time.time() + 5)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.turning", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000, help="in the state (default: %(default)s)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    return parser.parse_args()


def _say(what: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {what}\n")


if __name__ == "__main__":
    sys.exit(main())
