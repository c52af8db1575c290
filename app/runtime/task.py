"""The partition task: the one sequential worker of a partition, from opening to opening."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

import structlog

from agents.partition_work import Assignment, PartitionWork
from app.runtime.advice import advice
from app.runtime.cadence import Cadence
from app.runtime.deciding import Deciding
from app.runtime.deployment import Deployment
from app.runtime.ending_producers import end_producer
from app.runtime.errors import SegueError
from app.runtime.experience import Experience
from app.runtime.failures import Failures, Reopening
from app.runtime.intake import Hole
from app.runtime.leases import Lease, LeasedRun
from app.runtime.opening import OpenPartition, open_partition
from app.runtime.pace import Pace
from app.runtime.portion import Portion
from app.runtime.source import PartitionSource
from app.runtime.transaction import Transactions
from app.runtime.turns import Turns
from app.runtime.water_marks import WaterMarks
from app.runtime.workplace import Workplace
from app.runtime.writing_back import WritingBack

log = structlog.get_logger("segue.task")

SETTLE_SECONDS: Final = 3


class PartitionTask:
    """Works on one partition until it is closed; whatever goes wrong, it drops everything and opens again."""

    def __init__(self, deployment: Deployment, source: PartitionSource, place: Workplace, cadence: Cadence) -> None:
        self._deployment = deployment
        self.source = source
        self._place = place
        settings = deployment.settings
        self._work = PartitionWork(
            Assignment(source.partition, place.partition_of, deployment.tombstones),
            deployment.rules.in_force().policy,
            settings.topics,
            standings=settings.customer_segments,
            scores=settings.scores_changed,
        )
        self._wake = asyncio.Event()
        deployment.rules.view.listeners.append(self._wake.set)
        self._closing = False
        self._hole: Hole | None = None
        self._lease: Lease | None = None
        self._opened: OpenPartition | None = None
        self._water_marks = WaterMarks(source, settings.transactions.records)
        self._experience = Experience(Portion(settings.transactions.records))
        self._failures = Failures(source.partition, settings, self._experience)
        self._writing_back = WritingBack(deployment, source, place)
        self._committed: Mapping[str, int] = {}
        self._waits = 0
        self._trouble = ""
        live = settings.clock == "wall"
        self._turns = Turns(place, Pace(cadence, place, source.partition, live=live), self._wake, live=live)

    @property
    def open(self) -> bool:
        """Whether the partition is being worked on."""
        return self._opened is not None

    @property
    def standing(self) -> tuple[Mapping[str, int], int]:
        """Give the positions that are committed, as far as it knows, and how often it had to wait for others.

        Any thread may ask.
        """
        opened = self._opened
        return opened.positions if opened is not None else self._committed, self._waits

    @property
    def trouble(self) -> str:
        """Say why it has opened again since its last commit; nothing when it has not. Any thread may ask."""
        return self._trouble

    async def run(self) -> None:
        """Open, work, and after any failure open again; ends when closed, SegueError when it cannot go on."""
        try:
            await self._run()
        finally:
            self._deployment.rules.view.listeners.remove(self._wake.set)
            await self._drop()

    async def _run(self) -> None:
        reason = "assigned"
        while not self._closing:
            self._deployment.metrics.task_opens.labels(reason).inc()
            reopening = await self._until_it_fails()
            if reopening is not None:
                reason = reopening.reason
                self._waits += reopening.for_others
                self._trouble = f"{reopening.reason} ({reopening.error})" if reopening.error else reopening.reason
                await self._recover(reopening)

    async def _until_it_fails(self) -> Reopening | None:
        """Give the answer to a failure only: its frames hold the store, which the answer may be to close."""
        try:
            await self._live()
        except SegueError:
            raise
        except Exception as error:  # noqa: BLE001  # every failure is answered alike: by opening again
            return self._failures.answer(error, self._experience.given_up())
        return None

    def close(self) -> None:
        """Let the task finish the transaction in hand, write back, and end."""
        self._closing = True
        self._wake.set()

    async def _live(self) -> None:
        """One lease: open, begin to read, work until something happens."""
        self._hole = None
        opened = await open_partition(self._deployment, self.source, self._place)
        self._opened = opened
        self._failures.opened()
        self._deployment.metrics.decided.entered(opened.customers)
        self._writing_back.begin(opened)
        transactions = self._transactions(opened)
        self._lease = Lease(self._place.next_lease(), self._accept)
        await self.source.begin(opened.positions, self._lease)
        self._failures.began()
        log.info(
            "partition open",
            partition=self.source.partition,
            lease=self._lease.number,
            positions=opened.positions,
        )
        while not self._closing:
            await self._turn(opened, transactions)
        opened.table.flush()
        await asyncio.wait_for(transactions.settle(), SETTLE_SECONDS)

    def _transactions(self, opened: OpenPartition) -> Transactions:
        deciding = Deciding(
            self._deployment,
            self.source,
            opened,
            self._work,
            self._experience,
            may_move=self._turns.may_move,
            may_walk=self._turns.may_walk,
        )
        return Transactions(self._deployment, self.source, self._place, opened, deciding)

    def _accept(self, run: LeasedRun) -> None:
        """Take a run in hand; what is wrong with it is dealt with in the task, never in the agent."""
        opened = self._opened
        if opened is None or self._hole is not None:
            return
        try:
            opened.intake.offer(run)
        except Hole as hole:
            self._hole = hole
        if run.records:
            self._deployment.metrics.run_records.observe(len(run.records))
        self._water_marks.stop(opened.intake)
        self._wake.set()

    async def _turn(self, opened: OpenPartition, transactions: Transactions) -> None:
        """Wait for work or for time, and do one transaction."""
        await self._turns.come(opened, self._deployment.clocks.now())
        if self._hole is not None:
            raise self._hole
        # Records behind a freeze wait until it has begun: the transaction that begins it waits for nobody.
        await self._turns.begin(opened.intake, at_once=self._experience.poison.alone or transactions.pressing)
        self._place.wall_clock.look(self._deployment.metrics.wall_clock_jumps.inc)
        limit = self._deployment.settings.transactions.limit_seconds
        async with self._place.in_flight, asyncio.timeout(limit):
            committed = await transactions.once()
        had_turn = self._turns.end(due=opened.table.due.overdue, walking=transactions.walks)
        if had_turn or committed is not None or transactions.pressing:
            self._wake.set()
        if committed is not None:
            self._deployment.metrics.committed(committed)
            self._failures.committed()
            self._trouble = ""
        self._deployment.metrics.partitions.position(self.source, opened)
        self._water_marks.go_on(opened.intake)
        await self._writing_back.go_on(opened)

    async def _recover(self, reopening: Reopening) -> None:
        self._deployment.metrics.transactions.labels(reopening.reason).inc()
        log.warning(
            "partition drops its work and opens again",
            partition=self.source.partition,
            reason=reopening.reason,
            error=reopening.error,
            **advice(reopening),
        )
        await self._drop()
        self._let_go_of_store(reopening)
        self._wake.clear()
        if not self._closing:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), reopening.seconds)

    def _let_go_of_store(self, reopening: Reopening) -> None:
        store, partition = self._deployment.store, self.source.partition
        if reopening.reason == "unreadable":
            store.set_aside(partition)
        elif reopening.reason == "store":
            store.release(partition)

    async def _drop(self) -> None:
        """Let go of lease, producer, queue and everything not written back."""
        if self._lease is not None:
            self._lease.live = False
            self._lease = None
        self._turns.leave()
        opened, self._opened = self._opened, None
        if opened is None:
            return
        self._committed = opened.positions
        self.source.pause(opened.positions)
        self._deployment.metrics.decided.entered(opened.customers, -1)
        self._deployment.metrics.partitions.forget(self.source, opened.positions)
        await end_producer(opened.producer)
