"""The demo: a broker, one worker, a shop's year through it, and what became of the customers."""

import asyncio
import logging
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Never, TypeVar

from aiokafka.errors import KafkaError

from app.demo.broker import BrokerUnavailableError, EmbeddedBroker
from app.demo.deployment import demo_settings
from app.demo.ending import Speed, ending
from app.demo.feeder import Feeder
from app.demo.progress import ProgressLine, talk
from app.demo.reader import Published, Reader, StalledError, transitions
from app.demo.report import report
from app.demo.shop import events
from app.demo.stories import stories
from app.demo.style import Style
from app.demo.summary import summarize
from app.demo.topics import make_topics
from app.demo.worker_process import WorkerProcess
from app.runtime.errors import SegueError
from app.settings import Settings
from schemas.policy_file import load_policy

T = TypeVar("T")
PARTITIONS: Final = 4
"""What the embedded broker gives to every topic."""


@dataclass(frozen=True, slots=True)
class Year:
    """What a run has shown."""

    published: list[Published]
    orders: Counter[str]
    """Orders by customer; one who only sent goods back has 0."""
    speed: Speed


def run_demo(settings: Settings, kafka: str | None) -> None:
    """Stream the shop's year and print what became of its customers; SegueError when that fails.

    `kafka` is the `host:port` of a broker to use; None starts the embedded one.
    """
    labels = {segment.id: segment.label for segment in load_policy(settings.policy).segments}
    run = f"demo-{datetime.now(UTC):%Y%m%d%H%M%S}"
    with _clear_errors(), TemporaryDirectory(prefix="segue-demo-") as directory, _broker(kafka) as bootstrap:
        settings = demo_settings(settings, bootstrap, Path(directory), run, embedded=kafka is None)
        year = asyncio.run(stream_year(settings, embedded=kafka is None))
    moves, style = transitions(year.published), Style.of(sys.stdout)
    told = stories(moves, year.orders, labels)
    lines = [*report(summarize(moves, len(year.orders)), told, labels, style)]
    text = "\n".join([*lines, *ending(year.speed, settings, kafka, style), ""])
    sys.stdout.write(style.fit(text, sys.stdout))


async def stream_year(settings: Settings, *, embedded: bool) -> Year:
    """Run one worker on the whole year; when this ends everything is worked and read, and the worker is gone."""
    await make_topics(settings, PARTITIONS, embedded=embedded)
    talk("Starting one worker ...")
    log = settings.state.directory / "worker.log"
    async with WorkerProcess(settings, log) as worker, Reader(settings, PARTITIONS) as reader:
        feeder = Feeder(settings, PARTITIONS, reader)
        try:
            speed = await _work(worker, reader, feeder)
        except StalledError as error:
            raise SegueError(f"{error}. {worker.last_lines()}") from error
        await worker.stop()
    return Year(reader.published, feeder.orders, speed)


async def _work(worker: WorkerProcess, reader: Reader, feeder: Feeder) -> Speed:
    """Wait for the worker, feed it, and wait until it is through; its end or the reader's ends it all."""
    async with _endless(worker.watch()) as watching, _endless(reader.run()) as reading:
        await _beside(worker.ready(), watching, reading)
        talk("Streaming a shop's year: orders and refunds of December 2010 to December 2011 ...")
        speed = await _beside(_play(feeder, reader), watching, reading)
        await _beside(reader.all_read(), watching, reading)
    return speed


async def _play(feeder: Feeder, reader: Reader) -> Speed:
    """Feed the year, with its progress shown, and take the time."""
    progress = ProgressLine(feeder, reader, sys.stderr)
    showing = asyncio.ensure_future(progress.run())
    began = time.monotonic()
    try:
        await feeder.feed(events())
    finally:
        showing.cancel()
        progress.show(end="\n")
    return Speed(feeder.sent, reader.last_news - began)


@asynccontextmanager
async def _endless(work: Coroutine[Any, Any, Never]) -> AsyncIterator[asyncio.Future[Never]]:
    """Run something in the background until the block ends."""
    task = asyncio.ensure_future(work)
    try:
        yield task
    finally:
        task.cancel()


async def _beside(work: Coroutine[Any, Any, T], *endless: asyncio.Future[Never]) -> T:
    """Do a piece of work while others run that never end: if one of them ends, its error is ours."""
    task = asyncio.ensure_future(work)
    try:
        running: list[asyncio.Future[Any]] = [task, *endless]
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for other in endless:
            if other.done():
                other.result()
        return task.result()
    finally:
        task.cancel()


@contextmanager
def _clear_errors() -> Iterator[None]:
    """Turn whatever ends a demo early into one message; SIGTERM ends it like Ctrl-C, worker included."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what matters of it arrives as an exception
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        raise SegueError("stopped before the end; the worker is stopped too") from None
    except BrokerUnavailableError as error:
        raise SegueError(str(error)) from error
    except (KafkaError, OSError) as error:
        raise SegueError(f"the demo cannot go on: {error!r}") from error
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _broker(kafka: str | None) -> Iterator[str]:
    """Give the address of the broker to use."""
    if kafka is not None:
        talk(f"Using Kafka at {kafka}.")
        yield kafka
        return
    talk("Starting the embedded broker ...")
    with EmbeddedBroker() as broker:
        yield broker.bootstrap
