"""The worker process: checks before it starts, then Faust, then a clean end."""

import asyncio
import os
import signal
import sys
import threading
import time
from typing import Any, Final, NoReturn

import faust
import structlog
from aiokafka.producer import sender
from prometheus_client import CollectorRegistry

from app.control.budget_metrics import BudgetCollector
from app.control.coordinator import Coordinator
from app.control.documents import compiled
from app.control.first_policy import ensure_policy
from app.control.reader import ControlReader
from app.control.treasurer import Treasurer
from app.control.versions import policy_at
from app.data_directory import lock_directory
from app.disk_metrics import DiskCollector
from app.heap import allocator, keep_one_heap, spare_collector
from app.http_server import HttpServer
from app.logs import configure_logging
from app.metrics import Metrics
from app.partition_gauges import PartitionGauges
from app.rights_check import check_rights
from app.runtime.deployment import Deployment
from app.runtime.ending import end_worker, leave
from app.runtime.errors import SegueError
from app.runtime.fetched import read_lean_records
from app.runtime.rules import Rules
from app.runtime.tasks import PartitionTasks
from app.runtime.watchdog import Watchdog
from app.runtime.workplace import Workplace
from app.settings import Settings
from app.topic_check import check_topics, partition_counts
from schemas.policy import Policy
from schemas.policy_file import PolicyError, load_policy

log = structlog.get_logger("segue.worker")

STOP_SECONDS: Final = 20


class SegueWorker(faust.Worker):
    """Faust's worker with our checks, our logs, and no web server of Faust's.

    `faust worker` switches the web server on whatever the settings say: it would serve tables without
    authentication on every interface.
    """

    def __init__(self, app: Any, *args: Any, **kwargs: Any) -> None:
        keep_one_heap()
        kwargs |= {"override_logging": False, "redirect_stdouts": False, "quiet": True}
        super().__init__(app, *args, **kwargs)
        self.spinner = None
        app.conf.web_enabled = False
        self._settings: Settings = app.settings
        app.conf.consumer_group_instance_id = self._settings.kafka.instance_id
        configure_logging(self._settings)

    def execute_from_commandline(self) -> NoReturn:
        try:
            self._lock = lock_directory(self._settings.state.directory)
            self._server = self.loop.run_until_complete(self._prepare())
        except (SegueError, PolicyError) as error:
            sys.stderr.write(f"error: {error}\n")
            raise SystemExit(1) from None
        try:
            super().execute_from_commandline()
        except SystemExit as ended:
            leave(ended.code if isinstance(ended.code, int) else 1)

    def _schedule_shutdown(self, signal: signal.Signals) -> None:
        """Stop, and leave anyway when libraries still wait for brokers that do not answer.

        Leaving is safe at any instant: what has not committed has not happened.
        """
        super()._schedule_shutdown(signal)
        leave = threading.Timer(STOP_SECONDS, os._exit, (0,))
        leave.daemon = True
        leave.start()

    async def _prepare(self) -> HttpServer:
        """Check everything a worker needs, and give the tasks what they share."""
        app: Any = self.app
        settings = self._settings
        own = load_policy(settings.first_policy)
        counts = await partition_counts(settings)
        await check_rights(settings, "worker")
        partitions = check_topics(settings, counts)
        registry = CollectorRegistry()
        server = HttpServer(settings.http, registry, lambda: app.tasks.ready)
        port = await server.start()
        reader = await _read_control(settings, own)
        policy = compiled(policy_at(reader.view, int(time.time() * 1000)))
        metrics = Metrics(registry, policy)
        metrics.watch_control(reader.view, settings.clock)
        registry.register(DiskCollector(settings.state.directory))
        read_lean_records()
        # 20 ms of sleep after each CONCURRENT_TRANSACTIONS, while brokers write their markers in 2 to 5.
        sender.BACKOFF_OVERRIDE = 0.005
        rules = Rules(reader.view, scores=settings.scores_changed)
        deployment = Deployment(settings, rules, partitions, app.customers.data, metrics)
        treasurer = Treasurer(settings, reader, partitions)
        registry.register(BudgetCollector(treasurer.books))
        single = (settings.topics.freezes, settings.topics.budgets)
        shared = (settings.topics.dead_letters,)  # `segue bridge` writes there too, in its own transactions
        place = Workplace(partitions, counts, settings.transactions.in_flight, single, shared=shared)
        app.tasks.equip(deployment, place, (Coordinator(settings, reader, partitions), treasurer))
        _watch(app.tasks, settings, metrics.partitions)
        spare_collector()
        if settings.erasure_secret is None:
            log.warning("erased customers are marked under the app id, which can be guessed: set SEGUE_ERASURE_SECRET")
        log.info("worker starts", port=port, partitions=partitions, policy=policy.id, allocator=allocator())
        return server


async def _read_control(settings: Settings, own: Policy) -> ControlReader:
    """Read what is in force, and go on reading as long as the worker lives; SegueError when it cannot be obeyed."""
    reader = ControlReader(settings)
    reading = reader.start()
    await ensure_policy(settings, reader, own)
    reading.add_done_callback(_end_if_refused)
    return reader


def _end_if_refused(reading: "asyncio.Task[None]") -> None:
    """End the process when the control topic cannot be understood: what holds from now on is not known here."""
    error = None if reading.cancelled() else reading.exception()
    if error is not None:
        end_worker(error)


def _watch(tasks: PartitionTasks, settings: Settings, gauges: PartitionGauges) -> None:
    """End the worker when a partition stands still; in a replay partitions wait for each other, however long."""
    if settings.stall_seconds and settings.clock == "wall":
        Watchdog(settings.stall_seconds, lambda: tasks.running, gauges).start()
