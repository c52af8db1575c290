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

from agents.decisions.clock import InputState, read_clock
from agents.partition_work import PartitionWork, Work
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
        self._reached = dict.fromkeys(opened.positions, opened.clock)

    async def once(self) -> Committed | None:
        """Do one transaction with what is in hand and what is due; None when there was neither."""
        opened, now = self._opened, int(time.time() * 1000)
        began = time.perf_counter()
        # 1. Contiguity: the intake has refused every run that does not begin where the one before it ended,
        #    and runs of another lease have not reached it.
        batch = opened.intake.take(
            self._deployment.settings.transactions.records, self._lagging_behind(opened.intake.ends())
        )
        # 2. Decide: reads rows, writes nothing but a draft.
        work, clock, lagging = await self._decide(batch, now)
        decided = time.perf_counter()
        if batch is None and not work.draft.rows:
            opened.table.take_dues(work.draft)
            opened.clock = clock
            return None
        progress = self._progress(work, batch, clock)
        sends = self._sends(work, progress)
        # 3. Begin. All partitions are registered in one request before anything is produced: a produce request
        #    that overtakes its registration costs a back-off. Then send, and await every acknowledgement.
        await opened.producer.begin_transaction()
        for tp in sends:
            opened.producer._txn_manager.maybe_add_partition_to_txn(tp)
        ends = await send_all(opened.producer, sends)
        # 4. Source offsets (none if only time has passed), commit.
        if batch is not None:
            await opened.producer.send_offsets_to_transaction(self._offsets(batch), self._deployment.settings.app_id)
        await opened.producer.commit_transaction()
        # 5. Only now the rows count as state: in memory at once, in RocksDB later, with their position.
        position = ends[self._deployment.changelog(self._source.partition)]
        opened.table.apply(work.draft, Position(position, int(time.time() * 1000)))
        opened.positions, opened.clock = progress.offsets, clock
        opened.customers = Counter(progress.customers)
        opened.new = False
        return Committed(work, batch, lagging, began, decided, time.perf_counter())

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
        positions = self._opened.intake.positions()
        lagging = self._lagging_behind(positions)
        states = []
        for topic in positions:
            confirmed = self._source.confirmed(topic)
            states.append(InputState(topic in lagging, self._reached[topic], confirmed[1] if confirmed else 0))
        return states

    def _lagging_behind(self, positions: dict[str, int]) -> set[str]:
        """Name the inputs of which the log may hold records behind these positions."""
        return {
            topic
            for topic, position in positions.items()
            if (confirmed := self._source.confirmed(topic)) is None or position < confirmed[0]
        }

    def _progress(self, work: Work, batch: Batch | None, clock: int) -> ProgressRow:
        customers = Counter(self._opened.customers)
        customers.update(work.tally.entered)
        positions = dict(batch.positions) if batch is not None else self._opened.positions
        return ProgressRow(positions, clock, {name: n for name, n in customers.items() if n})

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

    def _offsets(self, batch: Batch) -> dict[TopicPartition, int]:
        partition = self._source.partition
        return {TopicPartition(topic, partition): at for topic, at in batch.positions.items()}
