"""The tasks of a worker: opened after a rebalance, closed before partitions go."""

import asyncio
from collections.abc import Collection
from typing import Any, Final

import structlog

from app.control.duty import Duty
from app.runtime.cadence import Cadence
from app.runtime.deployment import Deployment
from app.runtime.ending import end_worker
from app.runtime.source import PartitionSource
from app.runtime.task import PartitionTask
from app.runtime.workplace import Workplace
from schemas.topics import Topics

log = structlog.get_logger("segue.tasks")

CLOSE_SECONDS: Final = 3
"""A transaction in hand has this long to finish; after that its partition's next opening aborts it."""


class PartitionTasks:
    """One task per assigned partition, wherever the group has put it."""

    def __init__(self, app: Any, topics: Topics) -> None:
        self._app = app
        self._topics = topics
        self._running: dict[PartitionTask, asyncio.Task[None]] = {}
        self._deployment: Deployment | None = None
        self._place: Workplace | None = None
        self._duties: Collection[Duty] = ()
        app.on_partitions_revoked.connect(self._on_revoked, weak=False)

    def equip(self, deployment: Deployment, place: Workplace, duties: Collection[Duty]) -> None:
        """Give the tasks what they share, and what one worker does for all.

        Called once the brokers have told what topics there are.
        """
        self._deployment = deployment
        self._place = place
        self._duties = duties

    @property
    def ready(self) -> bool:
        """Whether the group has answered and every assigned partition is open."""
        return self._assigned is not None and all(task.open for task in self._running)

    @property
    def running(self) -> list[PartitionTask]:
        """The tasks of the assigned partitions; any thread may ask."""
        return list(self._running)

    _assigned: frozenset[int] | None = None

    async def open_assigned(self) -> None:
        """Start a task for every partition that the group has assigned."""
        await self.close_all()
        deployment, place = self._deployment, self._place
        assert deployment is not None, "equip comes before the first assignment"
        assert place is not None, "equip gives both"
        inputs = self._topics.inputs
        partitions = {tp.partition for tp in self._app.consumer.assignment() if tp.topic in inputs}
        place.tasks = max(1, len(partitions))
        transactions = deployment.settings.transactions
        cadence = Cadence(transactions.commit_interval_ms / 1000, transactions.per_second, transactions.records)
        for partition in sorted(partitions):
            source = PartitionSource(self._app, inputs, partition)
            task = PartitionTask(deployment, source, place, cadence)
            running = asyncio.ensure_future(task.run())
            running.add_done_callback(_exit_if_refused)
            self._running[task] = running
        for duty in self._duties if 0 in partitions else ():
            duty.start()
        self._assigned = frozenset(partitions)
        log.info("partitions assigned", partitions=sorted(partitions))

    async def close_all(self) -> None:
        """Let every task finish its transaction and let go of its store."""
        running, self._running = self._running, {}
        self._assigned = None
        for task in running:
            task.close()
        await asyncio.gather(*(duty.stop() for duty in self._duties))
        await end_all(running.values())

    async def _on_revoked(self, app: Any, revoked: Any, **_: Any) -> None:
        await self.close_all()


async def end_all(closed: Collection["asyncio.Task[None]"]) -> None:
    """Wait for tasks that have been told to close, and cancel those that do not."""
    if not closed:
        return
    _, late = await asyncio.wait(closed, timeout=CLOSE_SECONDS)
    for unfinished in late:
        unfinished.cancel()
    if late:
        await asyncio.wait(late, timeout=1)


def _exit_if_refused(task: "asyncio.Task[None]") -> None:
    """End the process when a task cannot go on: a worker that owns a partition and leaves it is worse than none."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        end_worker(error)
