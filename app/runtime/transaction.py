"""One transaction of a partition: its rows, its outputs and its source offsets become true together, or never were.

Any exception leaves the transaction open: the task drops the producer and everything in hand, and opening again
settles it (InitProducerId aborts, or finds it committed). `abort_transaction` is never called, for after a failed
commit nobody here can tell whether it took place.
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import Final

from aiokafka import TopicPartition

from agents.decisions.clock import InputState, level_at, read_clock
from agents.partition_work import PartitionWork, Work
from app.runtime.group_offsets import GroupOffsets
from app.runtime.intake import Batch
from app.runtime.opening import Deployment, OpenPartition
from app.runtime.sending import Wire, send_all
from app.runtime.source import PartitionSource
from app.runtime.workplace import Workplace
from schemas.rows import ProgressRow
from tables.codec import encode
from tables.keys import IDENTITY, PROGRESS
from tables.position import Position

SLICE: Final = 1_000
"""Records decided between two turns of the event loop; larger slices also lose the CPU's caches."""
DUES: Final = 1_000
"""Customers moved by time in one transaction: orders must not starve behind a mass decay."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What a transaction has done, for metrics; times are `perf_counter` seconds."""

    work: Work
    batch: Batch | None
    lagging: bool
    began: float
    decided: float
    ended: float


class Transactions:
    """The transactions of one partition during one lease."""

    def __init__(
        self,
        deployment: Deployment,
        source: PartitionSource,
        place: Workplace,
        opened: OpenPartition,
        work: PartitionWork,
    ) -> None:
        self._deployment = deployment
        self._source = source
        self._place = place
        self._opened = opened
        self._work = work
        self._group = GroupOffsets(opened.group)
        self._reached = dict.fromkeys(opened.positions, opened.clock)

    async def once(self) -> Committed | None:
        """Do one transaction with what is in hand and what is due; None when there was neither."""
        opened, now = self._opened, int(time.time() * 1000)
        began = time.perf_counter()
        # 1. Contiguity: the intake has refused every run that does not begin where the one before it ended,
        #    and runs of another lease have not reached it.
        limit = self._deployment.settings.transactions.records
        batch = opened.intake.take(limit, self._lagging(opened.intake.ends()))
        # 2. Decide: reads rows, writes nothing but a draft.
        work, clock, lagging = await self._decide(batch, now)
        decided = time.perf_counter()
        tell = self._group.due(opened.intake.positions(), began)
        if batch is None and not work.draft.rows and not tell:
            opened.table.take_dues(work.draft)
            opened.clock = clock
            return None
        await self._commit(work, self._progress(work, clock), tell=tell)
        return Committed(work, batch, lagging, began, decided, time.perf_counter())

    async def settle(self) -> None:
        """Tell the group the last positions, if it trails: a worker that ends leaves no lag that is none."""
        opened = self._opened
        if self._group.trails(opened.intake.positions()):
            work = Work(opened.table.begin())
            await self._commit(work, self._progress(work, opened.clock), tell=True)

    async def _commit(self, work: Work, progress: ProgressRow, *, tell: bool) -> None:
        opened, sends = self._opened, self._sends(work, progress)
        # 3. Begin. All partitions are registered in one request before anything is produced: a produce request
        #    that overtakes its registration costs a back-off. Then send, and await every acknowledgement.
        await opened.producer.begin_transaction()
        for tp in sends:
            opened.producer._txn_manager.maybe_add_partition_to_txn(tp)
        ends = await send_all(opened.producer, sends)
        # 4. Source offsets, if the group is to hear of them now (the rows carry them always); commit.
        if tell:
            offsets = self._offsets(progress)
            await opened.producer.send_offsets_to_transaction(offsets, self._deployment.settings.app_id)
        await opened.producer.commit_transaction()
        if tell:
            self._group.told(progress.offsets, time.perf_counter())
        # 5. Only now the rows count as state: in memory at once, in RocksDB later, with their position.
        position = ends[self._deployment.changelog(self._source.partition)]
        opened.table.apply(work.draft, Position(position, int(time.time() * 1000)))
        opened.positions, opened.clock = progress.offsets, progress.clock
        opened.customers = Counter(progress.customers)
        opened.new = False

    async def _decide(self, batch: Batch | None, now: int) -> tuple[Work, int, bool]:
        opened = self._opened
        work = Work(opened.table.begin())
        if batch is not None:
            for records in batch.slices(SLICE):
                self._work.absorb(work, records, now)
                await asyncio.sleep(0)
        inputs = self._inputs(batch)
        clock = read_clock(self._deployment.settings.clock, opened.clock, inputs, now)
        until = clock - self._deployment.policy.grace_ms
        due = opened.table.due.take(until, DUES)
        if due:
            self._work.pass_time(work, due, until, now)
        return work, clock, any(state.lagging for state in inputs)

    def _inputs(self, batch: Batch | None) -> list[InputState]:
        """Say how far the inputs have come with this batch."""
        for topic, at in batch.reached.items() if batch is not None else ():
            self._reached[topic] = max(self._reached[topic], at)
        level = self._level_at(self._opened.intake.positions())
        return [InputState(at is None, self._reached[topic], at or 0) for topic, at in level.items()]

    def _lagging(self, positions: dict[str, int]) -> set[str]:
        """Name the inputs of which the log may hold records behind these positions."""
        return {topic for topic, at in self._level_at(positions).items() if at is None}

    def _level_at(self, positions: dict[str, int]) -> dict[str, int | None]:
        """Give per input the newest moment (epoch ms) at which the log held nothing behind its position.

        The newest fetch may already tell of records that are still on their way to the task. As long as they are,
        the fetch that brought the newest run in hand is the last word: else steady traffic would always lag.
        """
        intake = self._opened.intake
        return {
            topic: level_at(position, (self._source.log_end(topic), intake.log_end(topic)))
            for topic, position in positions.items()
        }

    def _progress(self, work: Work, clock: int) -> ProgressRow:
        customers = Counter(self._opened.customers)
        customers.update(work.tally.entered)
        return ProgressRow(self._opened.intake.positions(), clock, {name: n for name, n in customers.items() if n})

    def _sends(self, work: Work, progress: ProgressRow) -> dict[TopicPartition, list[Wire]]:
        """Route what leaves: the rows to the changelog, after the identity that begins it, and the outputs."""
        partition = self._source.partition
        rows: dict[bytes, bytes | None] = {}
        if self._opened.new:
            rows[IDENTITY] = encode(self._deployment.identity(partition))
        work.draft.rows = rows | work.draft.rows | {PROGRESS: encode(progress)}
        changelog = self._deployment.changelog(partition)
        no_headers: list[tuple[str, bytes]] = []
        sends: dict[TopicPartition, list[Wire]] = {
            changelog: [(key, value, no_headers, None) for key, value in work.draft.rows.items()]
        }
        for topic, key, value, headers, timestamp in work.outgoing:
            route = self._place.route(topic, partition)
            sends.setdefault(route, []).append((key, value, headers, timestamp))
        return sends

    def _offsets(self, progress: ProgressRow) -> dict[TopicPartition, int]:
        partition = self._source.partition
        return {TopicPartition(topic, partition): at for topic, at in progress.offsets.items()}
