"""A small shop on the embedded broker, served twice: to anybody on loopback, and to whoever has a token."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from confluent_kafka import Producer
from prometheus_client import CollectorRegistry, start_http_server

from app.demo.broker import EmbeddedBroker
from app.kafka_settings import KafkaSettings
from app.metrics import Metrics
from app.serving.days import spell
from app.serving.program import reading_side
from app.serving.tokens import digest_of, line_of
from app.settings import ServingSettings, Settings
from schemas.control import ControlRecord, encode_control
from schemas.policy_file import load_policy
from schemas.rewards import BudgetPart
from schemas.transitions import Next, SegmentTransitioned
from tests.control.records import policy, version
from tests.serving.telling import BEGIN, DAY, Log

TOKEN = "a-token-for-one-test"  # noqa: S105  # no secret: it lives as long as the test
START_LIMIT_S = 30
HOSTILE = "<img src=x onerror=\"document.title='taken'\">"


class Told(Log):
    """What a worker would publish, sent to a broker."""

    def __init__(self, producer: Producer) -> None:
        super().__init__(None)  # type: ignore[arg-type]  # nothing here is read into a view directly
        self._producer = producer
        self.moves: list[SegmentTransitioned] = []

    def move(self, customer: str, origin: str | None, to: str | None, at: int, **told: Any) -> SegmentTransitioned:
        """Publish a move, and remember it."""
        move = super().move(customer, origin, to, at, **told)
        self.moves.append(move)
        return move

    def judge(self, *records: ControlRecord) -> None:
        """Publish by what customers are judged."""
        for record in records:
            key, value = encode_control(record)
            self._producer.produce(self.topics.control, value, key, 0)

    def flush(self) -> None:
        """Send what is waiting; when this ends the broker has it."""
        for record in self.waiting:
            headers: list[tuple[str, str | bytes | None]] = list(record.headers)
            self._producer.produce(record.topic, record.value, record.key, record.partition, headers=headers)
        self.waiting.clear()
        assert self._producer.flush(START_LIMIT_S) == 0, "the broker took no records"


@dataclass
class Shop:
    """Where it is served, and what it has published."""

    log: Told
    open: str
    guarded: str
    worker: str
    newest: int = field(default=BEGIN + 2 * DAY)
    """An instant of the newest day."""

    def tomorrow(self) -> int:
        """Go on to the next day, and give an instant of it."""
        self.newest += DAY
        return self.newest

    def ways(self) -> Counter[tuple[str | None, str | None]]:
        """Count the moves of the whole history."""
        return Counter((move.from_segment, move.to) for move in self.log.moves)


@contextmanager
def small_shop(directory: Path) -> Iterator[Shop]:
    """Publish a few days, serve them, and end it all with the block."""
    (directory / "tokens").write_text(f"{line_of('page', 'customers,figures', digest_of(TOKEN))}\n", "utf-8")
    with EmbeddedBroker() as broker:
        log = Told(Producer({"bootstrap.servers": broker.bootstrap, "log_level": 0}))
        log.judge(policy(1, 0), version(1, DAY))
        publish_three_days(log)
        kafka = KafkaSettings(bootstrap_servers=broker.bootstrap, check_crcs=False)
        with one_worker() as worker:
            served = [
                ServingSettings(port=0, directory=directory / "open", workers=f"http://{worker}/metrics"),
                ServingSettings(port=0, directory=directory / "guarded", tokens=directory / "tokens"),
            ]
            with serving([Settings(kafka=kafka, serving=settings) for settings in served]) as ports:
                everybody, guarded = (f"http://127.0.0.1:{port}" for port in ports)
                yield Shop(log, everybody, guarded, worker)


@contextmanager
def one_worker() -> Iterator[str]:
    """Show the metrics of a worker with one partition; gives where."""
    metrics = Metrics(CollectorRegistry(), load_policy("seed"))
    metrics.partitions.clock.labels("0").set(BEGIN / 1000)
    metrics.partitions.lag.labels("commerce.orders.v1", "0").set(1_234)
    server, thread = start_http_server(0, "127.0.0.1", metrics.registry)
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(START_LIMIT_S)


def publish_three_days(log: Told) -> None:
    """Let one customer rise to the top, one fall by time, and one have a name that would like to be markup."""
    for customer in ("ada", "adam", "ben"):
        log.move(customer, None, "recent", BEGIN)
    log.move("ada", "recent", "loyal", BEGIN + DAY)
    log.move("ada", "loyal", "champions", BEGIN + 2 * DAY, ahead=Next(BEGIN + 7 * DAY, "loyal"), fact="o-17")
    log.move("ben", "recent", "at_risk", BEGIN + 2 * DAY, cause="decay")
    log.move(HOSTILE, None, "champions", BEGIN + 2 * DAY, ahead=Next(BEGIN + 8 * DAY, "loyal"))
    log.grant("ada", "welcome", BEGIN + 2 * DAY, 100, BudgetPart("welcomes", 1_250, 2_000, "minor"))
    log.expire("ada", "welcome", BEGIN + 3 * DAY, 40)
    log.withhold("ben", "champion-gift", BEGIN + 2 * DAY)
    log.flush()


@contextmanager
def serving(deployments: list[Settings]) -> Iterator[list[int]]:
    """Run read sides in a thread of their own; gives their ports."""
    ports: Future[list[int]] = Future()
    loop = asyncio.new_event_loop()
    ending = asyncio.Event()

    async def run() -> None:
        async with AsyncExitStack() as stack:
            sides = [await stack.enter_async_context(reading_side(settings)) for settings in deployments]
            ports.set_result([port for _, port, _ in sides])
            await ending.wait()

    def work() -> None:
        try:
            loop.run_until_complete(run())
        except BaseException as error:  # noqa: BLE001  # whoever waits for the ports hears of it
            if not ports.done():
                ports.set_exception(error)
        finally:
            loop.close()

    thread = Thread(target=work, name="read sides")
    thread.start()
    try:
        yield ports.result(START_LIMIT_S)
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(ending.set)
        thread.join(START_LIMIT_S)


def day_of(at: int) -> str:
    """Spell the day of an instant as the API does."""
    return spell(at // DAY)
