"""`python -m tests.bench.serving`: how fast `segue serve` reads customers, what they cost it, how it answers."""

import argparse
import asyncio
import sys
import time
import urllib.request
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

import msgspec
from confluent_kafka import Producer

from schemas.measures import Measures
from schemas.topics import Topics
from schemas.transitions import CustomerSegment, Next, PolicyRef
from tests.bench.apache import apache_kafka, check_available
from tests.bench.broker import Broker
from tests.bench.processes import WorkerProcess
from tests.kafka.shop import open_shop

DAY_MS: Final = 86_400_000
SEGMENTS: Final = ("champions", "loyal", "recent", "needs_attention", "at_risk", "inactive")
CONNECTIONS: Final = 16
LIMIT_S: Final = 600.0
MEASURED_S: Final = 0.5
MEBIBYTE: Final = 2**20


class Answered(NamedTuple):
    """How a stretch of requests was answered: seconds from when each was due."""

    asked_per_second: int
    per_second: float
    seconds: list[float]
    cpu: float
    """CPU-seconds of the server."""

    def percentile(self, share: float) -> float:
        """Give a latency in ms."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> int:
    """Fill, let a copy catch up, and ask it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--partitions", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rates", type=int, nargs="*", default=[500, 1_000, 2_000])
    options = parser.parse_args()
    check_available()
    with apache_kafka("serving") as (broker, directory):
        _measure(broker, directory, options)
    return 0


def _measure(broker: Broker, directory: Path, options: argparse.Namespace) -> None:
    shop = open_shop(broker.bootstrap, options.partitions)
    _fill(shop.bootstrap, shop.topics, options.customers)
    environment = {
        "SEGUE_APP_ID": shop.topics.app_id,
        "SEGUE_TOPIC_PREFIX": shop.topics.prefix,
        "SEGUE_KAFKA__BOOTSTRAP_SERVERS": shop.bootstrap,
        "SEGUE_SERVING__DIRECTORY": str(directory / "view"),
        "SEGUE_SERVING__PORT": "0",
    }
    command = [sys.executable, "-m", "app.command_line", "serve"]
    process = WorkerProcess(command, environment, directory / "serve.log", anywhere=True)
    try:
        process.wait(lambda: any(process.told("serving")), LIMIT_S)
        port = next(process.told("serving"))["port"]
        _catch_up(process, port, options.customers)
        for rate in options.rates:
            _answer(process, port, rate, options)
        peak = process.peak_memory() / MEBIBYTE
        disk = sum(file.stat().st_size for file in (directory / "view").rglob("*") if file.is_file()) / MEBIBYTE
        _say(f"memory {peak:.0f} MiB at most, view {disk:.0f} MiB on disk")
    finally:
        process.stop()


def _catch_up(process: WorkerProcess, port: int, customers: int) -> None:
    """Wait until all is read, by as many processes and on as many cores as it takes; then it stays on one."""
    began, cpu, held = time.monotonic(), process.cpu_seconds(), [0]

    def ready() -> bool:
        if time.monotonic() > began + len(held) * MEASURED_S:  # reading it holds its threads up
            held.append(process.proportional_memory())
        return _ready(port)

    process.wait(ready, LIMIT_S, every_s=0.1)
    seconds, cpu = time.monotonic() - began, process.cpu_seconds() - cpu
    process.pin()
    _say(f"memory {max(held) / MEBIBYTE:.0f} MiB at most until then, of all its processes")
    _say(
        f"caught up with {customers:,} customers in {seconds:.1f} s: {customers / seconds:,.0f} records/s, "
        f"{customers / cpu:,.0f} per CPU-second"
    )


def _answer(process: WorkerProcess, port: int, rate: int, options: argparse.Namespace) -> None:
    cpu = process.cpu_seconds()
    taken, spent = asyncio.run(_ask(port, rate, options.seconds, options.customers))
    answered = Answered(rate, len(taken) / spent, taken, process.cpu_seconds() - cpu)
    _say(
        f"asked {rate:,}/s, answered {answered.per_second:,.0f}/s, p50 {answered.percentile(0.5):.1f} ms, "
        f"p99 {answered.percentile(0.99):.1f} ms, {1e6 * answered.cpu / len(answered.seconds):.0f} us of CPU a request"
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _fill(bootstrap: str, topics: Topics, customers: int) -> None:
    """Publish where so many customers stand."""
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 50, "queue.buffering.max.messages": 1_000_000})
    draw, now = Random(1), int(time.time() * 1000)
    headers: Any = [("ce_type", b"customer.segment"), ("ce_time", b"2026-01-01T00:00:00Z"), ("ce_id", b"0" * 32)]
    for number in range(customers):
        producer.produce(
            topics.customer_segments, _standing(f"{number:08d}", draw, now), f"{number:08d}".encode(), headers=headers
        )
        if number % 10_000 == 0:
            producer.poll(0)
            while len(producer) > 500_000:
                producer.poll(0.1)
    producer.flush(LIMIT_S)


def _standing(customer: str, draw: Random, now: int) -> bytes:
    rank = draw.randrange(len(SEGMENTS))
    recency, frequency = draw.randrange(400) * DAY_MS, draw.randrange(1, 30)
    monetary = frequency * draw.randrange(500, 20_000)
    has = Measures(monetary // frequency, 2, frequency, 3, monetary, 1, recency, recency + 90 * DAY_MS)
    ahead = Next(now + draw.randrange(90 * DAY_MS), "inactive")
    policy = PolicyRef("seed", 1)
    return msgspec.json.encode(
        CustomerSegment(now, customer, 1, None, None, has, ahead, 0, policy, rank + 1, SEGMENTS[rank], frequency)
    )


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=LIMIT_S) as answer:
            return bool(answer.status == 200)
    except OSError:  # 503 is one
        return False


async def _ask(port: int, rate: int, seconds: float, customers: int) -> tuple[list[float], float]:
    """Ask for customers at a rate, whether or not the answers keep up; gives latencies, and how long it took."""
    draw, due, taken = Random(2), asyncio.Queue[float](), list[float]()
    clients = [asyncio.ensure_future(_client(port, due, taken, draw, customers)) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        at = began + number / rate
        if (wait := at - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        due.put_nowait(at)
    await due.join()
    spent = time.perf_counter() - began
    for client in clients:
        client.cancel()
    await asyncio.wait(clients)
    return taken, spent


async def _client(port: int, due: "asyncio.Queue[float]", taken: list[float], draw: Random, customers: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while True:
            at = await due.get()
            name = f"{draw.randrange(customers):08d}"
            writer.write(f"GET /v1/customers/{name} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(size)
            taken.append(time.perf_counter() - at)
            due.task_done()
    finally:
        writer.close()


if __name__ == "__main__":
    raise SystemExit(main())
