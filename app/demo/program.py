"""The demo: a broker, a shop's year, one worker through it, and what became of the customers."""

import asyncio
import logging
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Never, TypeVar

from aiokafka.errors import KafkaError

from app.demo.broker import BrokerUnavailableError, EmbeddedBroker
from app.demo.deployment import demo_settings
from app.demo.derived import with_derived
from app.demo.ending import Speed, ending
from app.demo.feeder import Feeder
from app.demo.page import ServedPage, looked_at, served_page
from app.demo.progress import ProgressLine, talk
from app.demo.reader import Published, Reader, StalledError, transitions
from app.demo.report import report
from app.demo.rewarded import count_rewards, message_ids, messages_told, rewards_told
from app.demo.shop import events
from app.demo.stories import stories
from app.demo.style import Style
from app.demo.summary import summarize
from app.demo.topics import make_topics
from app.demo.webhook import Delivery, Webhook
from app.demo.worker_process import WorkerProcess
from app.ending_tasks import end_tasks
from app.runtime.errors import SegueError
from app.settings import Settings
from schemas.policy import Policy
from schemas.policy_file import load_policy

T = TypeVar("T")
PARTITIONS: Final = 4
"""What the embedded broker gives to every topic."""


@dataclass(frozen=True, slots=True)
class Year:
    """What a run has shown."""

    published: list[Published]
    """Moves."""
    rewards: list[Published]
    messages: list[Published]
    orders: Counter[str]
    """Orders by customer; one who only sent goods back has 0."""
    speed: Speed
    delivery: Delivery


def run_demo(settings: Settings, kafka: str | None, *, stay: bool = False) -> None:
    """Stream the shop's year, with a page that shows it, and print what became of its customers.

    `kafka` is the `host:port` of a broker to use; None starts the embedded one. With `stay` the page stays until
    Ctrl-C. SegueError when something fails, or it is stopped before the summary.
    """
    policy = load_policy(settings.first_policy)
    run = f"demo-{datetime.now(UTC):%Y%m%d%H%M%S}"
    with _clear_errors(), TemporaryDirectory(prefix="segue-demo-") as directory, _broker(kafka) as bootstrap:
        settings = demo_settings(settings, bootstrap, Path(directory), run, embedded=kafka is None)
        asyncio.run(_stoppable(_show_year(settings, policy, kafka, stay=stay)))


async def _show_year(settings: Settings, policy: Policy, kafka: str | None, *, stay: bool) -> None:
    """Serve the page from the first move on, and tell the rest when all are there."""
    await make_topics(settings, PARTITIONS, embedded=kafka is None)
    async with served_page(settings) as page:
        year = await _beside(work_year(settings, page), *([] if page is None else [page.following]))
        style = Style.of(sys.stdout)
        ended = ending(year.speed, settings, kafka, style, page.address if page is not None and stay else None)
        sys.stdout.write(style.fit("\n".join([*_told(year, policy), *ended, ""]), sys.stdout))
        sys.stdout.flush()
        if page is not None and stay:
            await looked_at(page)


def _told(year: Year, policy: Policy) -> Iterator[str]:
    """Write what became of the customers."""
    labels = {segment.id: segment.label for segment in policy.segments}
    moves, style = transitions(year.published), Style.of(sys.stdout)
    yield from report(summarize(moves, len(year.orders)), stories(moves, year.orders, labels), labels, style)
    rewarded = count_rewards(year.rewards, year.messages)
    yield from rewards_told(rewarded, [rule.id for rule in policy.rewards], style)
    yield from messages_told(rewarded, year.delivery, style)


async def stream_year(settings: Settings, *, embedded: bool) -> Year:
    """Make the topics and work the year."""
    await make_topics(settings, PARTITIONS, embedded=embedded)
    return await work_year(settings)


async def work_year(settings: Settings, page: ServedPage | None = None) -> Year:
    """Run one worker on the whole year; when this ends everything is worked and read, and the worker is gone.

    `page` tells of the worker meanwhile.
    """
    talk("Writing a shop's year to Kafka: orders and refunds of December 2010 to December 2011,")
    talk("  with engagement and a few profiles derived from the orders (made up, the same in every run) ...")
    feeder = Feeder(settings, PARTITIONS)
    await feeder.feed(with_derived(events()))
    talk("Starting one worker, and deploy/examples/messages_to_webhook.py behind it ...")
    logs = settings.state.directory
    async with (
        WorkerProcess(settings, logs / "worker.log") as worker,
        Webhook(settings, logs / "webhook.log") as webhook,
        Reader(settings, PARTITIONS) as reader,
    ):
        try:
            speed = await _work(worker, reader, feeder, page)
        except StalledError as error:
            raise SegueError(f"{error}. {worker.last_lines()}") from error
        delivery = await webhook.delivered(len(message_ids(reader.messages)))
        await worker.stop()
    return Year(reader.published, reader.rewards, reader.messages, feeder.orders, speed, delivery)


async def _work(worker: WorkerProcess, reader: Reader, feeder: Feeder, page: ServedPage | None) -> Speed:
    """Wait until the worker is through; its end or the reader's ends it all."""
    async with _endless(worker.watch()) as watching, _endless(reader.run()) as reading:
        await _beside(worker.ready(), watching, reading)
        async with page.telling_of(worker.metrics) if page is not None else nullcontext():
            await _beside(_follow(feeder, reader), watching, reading)
            speed = Speed(feeder.sent, reader.last_news - reader.first_news)
            await _beside(reader.all_read(), watching, reading)
    return speed


async def _follow(feeder: Feeder, reader: Reader) -> None:
    """Wait until everything of all inputs is worked, with the progress shown."""
    progress = ProgressLine(feeder.sent, reader, sys.stderr)
    showing = asyncio.ensure_future(progress.run())
    try:
        await reader.until(lambda: all(reader.worked[place] >= end for place, end in feeder.ends.items()))
    finally:
        showing.cancel()
        progress.show(end="\n")


async def _stoppable(work: Coroutine[Any, Any, T]) -> T:
    """Let SIGTERM cancel the work, as Ctrl-C does: raised wherever it comes, it could end up in a client's task."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


@asynccontextmanager
async def _endless(work: Coroutine[Any, Any, Never]) -> AsyncIterator[asyncio.Future[Never]]:
    """Run something in the background until the block ends."""
    task = asyncio.ensure_future(work)
    try:
        yield task
    finally:
        await end_tasks(task)


async def _beside(work: Coroutine[Any, Any, T], *endless: asyncio.Future[Any]) -> T:
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
        await end_tasks(task)


@contextmanager
def _clear_errors() -> Iterator[None]:
    """Turn whatever ends a demo early into one message; the worker ends with it."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what matters of it arrives as an exception
    try:
        yield
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise SegueError("stopped before the end; the worker is stopped too") from None
    except BrokerUnavailableError as error:
        raise SegueError(str(error)) from error
    except (KafkaError, OSError) as error:
        raise SegueError(f"the demo cannot go on: {error!r}") from error


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
