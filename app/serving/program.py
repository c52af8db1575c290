"""Settings in, a read side that follows the topics and answers over HTTP out."""

import asyncio
import gc
import shutil
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from prometheus_client import CollectorRegistry
from rocksdict import Env

from app.control.reader import ControlReader
from app.data_directory import lock_directory
from app.ending_tasks import end_tasks
from app.runtime.errors import whereabouts
from app.serving.asking import Desk
from app.serving.exposure import check_exposure
from app.serving.follower import Follower
from app.serving.hub import Hub
from app.serving.keyring import Keyring
from app.serving.level import Level
from app.serving.limits import Buckets
from app.serving.metrics import ServingMetrics
from app.serving.readers import Readers
from app.serving.server import listen
from app.serving.sharing import Sharing
from app.serving.view import VIEW, View
from app.serving.workers import Workers
from app.settings import ServingSettings, Settings
from schemas.policy_file import load_policy
from tables.rocks import RocksMemory

log = structlog.get_logger("segue.serving")

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def new_desk(settings: ServingSettings, view: View, level: Level) -> Desk:
    """Make what requests share; SegueError when the file of tokens cannot be used."""
    keyring = Keyring(settings.tokens, time.monotonic) if settings.tokens is not None else None
    check_exposure(settings.host, tokens=keyring is not None)
    hub, metrics = Hub(view), ServingMetrics(CollectorRegistry())
    metrics.watch(view, level, hub)
    buckets = Buckets(settings.requests_per_second, settings.burst, time.monotonic)
    return Desk(settings, view, level, hub, metrics, keyring, buckets)


def open_view(settings: Settings) -> View:
    """Open the view, anew where its files cannot be read: all of it stands in the topics too."""
    serving = settings.serving
    memory = RocksMemory(serving.block_cache_mib, serving.write_buffers_mib)
    try:
        return View(serving.directory, settings.topics, memory)
    except Exception as error:  # noqa: BLE001  # rocksdict raises nothing narrower
        log.warning("the view cannot be opened: it is read anew", error=whereabouts(error))
        shutil.rmtree(serving.directory / VIEW, ignore_errors=True)
        return View(serving.directory, settings.topics, memory)


@asynccontextmanager
async def reading_side(
    settings: Settings, readers: Readers | None = None
) -> AsyncIterator[tuple[Desk, int, "asyncio.Task[None]"]]:
    """Serve as long as the block lasts: gives the desk, the port, and the task that follows the topics.

    `readers` are ended once a view needs no more of them, and with the block. That task ends only by an error.
    SegueError when the address, the directory or the tokens cannot be had, PolicyError
    when there is a policy to take labels from that cannot be read.
    """
    serving = settings.serving
    lock = lock_directory(serving.directory, "SEGUE_SERVING__DIRECTORY", "reader")
    view = open_view(settings)
    level = Level()
    try:
        desk = new_desk(serving, view, level)
        desk.policy = load_policy(settings.policy) if settings.policy is not None else None
        desk.workers = Workers(serving.workers) if serving.workers else None
        listener, port = await listen(desk)
        asking = ask_workers(desk, desk.workers) if desk.workers is not None else None
        control = ControlReader(settings)
        desk.control = control.view
        control.start().add_done_callback(_control_ended)
        read = desk.metrics.records.inc
        sharing = Sharing(readers if readers is not None else Readers(0), settings.kafka, view, read)
        follower = Follower(settings, view, level, read, sharing)
        following = asyncio.ensure_future(follower.run())
        try:
            yield desk, port, following
        finally:
            await end_tasks(following, *([asking] if asking is not None else []))
            sharing.end()
            await control.stop()
            desk.hub.let_go()
            await listener.close()
    finally:
        view.close()
        lock.close()


def ask_workers(desk: Desk, workers: Workers) -> "asyncio.Task[None]":
    """Begin to ask how workers do. If that ever ends by an error it is told, and nothing stale is shown."""

    def ended(asking: "asyncio.Task[None]") -> None:
        if not asking.cancelled() and isinstance(error := asking.exception(), Exception):
            desk.workers = None
            log.error("workers are asked no more: how they do is not shown", error=whereabouts(error))

    asking = asyncio.ensure_future(workers.run())
    asking.add_done_callback(ended)
    return asking


def _control_ended(reading: "asyncio.Task[None]") -> None:
    """Go on without: only labels, and what would lift customers, are missing then."""
    if not reading.cancelled() and (error := reading.exception()) is not None:
        log.warning("policies and cut points cannot be read: what needs them is not shown", error=str(error))


def answers_first() -> None:
    """Keep what may wait from what somebody waits for; for a process that does nothing but serve.

    The collector looks less often, and not at what lives as long as the process, as in a worker; RocksDB compacts, most
    of all behind a catch-up, only while nobody else wants the processor.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    Env().lower_thread_pool_cpu_priority()


async def serve(settings: Settings, readers: Readers) -> None:
    """Serve until the process is asked to end; SegueError when it cannot begin."""
    async with reading_side(settings, readers) as (_, port, following):
        log.info("serving", host=settings.serving.host, port=port)
        ending = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in SIGNALS:
            loop.add_signal_handler(name, ending.set)
        asked = asyncio.ensure_future(ending.wait())
        await asyncio.wait((asked, following), return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if following.done():
            following.result()
        log.info("serving ends")
