"""A partition whose last transaction is over in; logs in which nothing hangs any more out, or a refusal.

A transaction hangs where it is over and no marker says so. Brokers leave out the markers for partitions that have no
leader at that moment, as if these had been deleted, and call the transaction complete (Apache Kafka 4.3.1:
KRaftMetadataCache.getPartitionLeaderEndpoint, TransactionMarkerChannelManager). A broker alone does so that was frozen,
stopped or killed, and a cluster that lost all copies of a partition at once. What was written stays open until the next
transaction of the same producer ends, and ends as that one does: what was aborted would be committed, and paid twice.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from app.runtime.clients import client_options
from app.runtime.deployment import Deployment
from app.runtime.source import PartitionSource
from app.runtime.workplace import Workplace
from app.runtime.written import GROUP, Written, read_written
from tables.codec import decode_progress
from tables.keys import POSITION, PROGRESS
from tables.position import decode_position

log = structlog.get_logger("segue.settling")

LOOKS: Final = 20
LOOK_SECONDS: Final = 0.05
"""So often, and so far apart, is looked for the markers of an abort: brokers answer before these stand."""

Offsets = dict[TopicPartition, int]


class Unsettled(Exception):
    """A transaction hangs of which somebody may know already: to abort it might be to pay twice."""


class Settling:
    """Ends what hangs in the logs that the task of one partition writes to."""

    def __init__(self, deployment: Deployment, source: PartitionSource, place: Workplace) -> None:
        self._deployment = deployment
        self._source = source
        self._changelog = deployment.changelog(source.partition)
        self._outputs = place.outputs(deployment.settings.topics.outputs, source.partition)
        self._own = (self._changelog, *(tp for topic, tp in self._outputs.items() if place.is_alone(topic)))
        """The logs that no other task writes to: what is open in them is ours."""

    async def settle(self, producer: AIOKafkaProducer) -> Offsets:
        """Abort what hangs, and give where the logs end that no other task writes to.

        Unsettled when it is not certain that nobody has seen any of it. The producer has just started: what it has
        found open is over.
        """
        hanging, stable, ends = await self._look()
        if not hanging:
            return stable
        refusal = await self._refusal(hanging, ends)
        if refusal:
            raise Unsettled(_told(hanging, refusal))
        begins = hanging[self._changelog]
        log.warning("a transaction hangs that is over: it is aborted", partition=self._source.partition, begins=begins)
        self._deployment.metrics.transactions.labels("hanging").inc()
        self._drop_what_is_ahead(begins)
        await self._abort(producer, (*hanging, *(tp for tp in self._outputs.values() if tp not in self._own)))
        for _ in range(LOOKS):
            hanging, stable, _ = await self._look()
            if not hanging:
                return stable
            await asyncio.sleep(LOOK_SECONDS)
        raise Unsettled(_told(hanging, "an abort has not ended it"))

    async def _look(self) -> tuple[Offsets, Offsets, Offsets]:
        """Give where each log that hangs begins to, the last stable offsets, and the ends that they had before."""
        # The ends first: what a newer owner begins after that lies behind them.
        ends = await self._ends("read_uncommitted")
        stable = await self._ends("read_committed")
        return {tp: stable[tp] for tp in self._own if stable[tp] < ends[tp]}, stable, ends

    async def _ends(self, isolation_level: str) -> Offsets:
        consumer = self._consumer(isolation_level=isolation_level)
        try:
            await consumer.start()
            consumer.assign(self._own)  # unasked, brokers do not say who leads them, and aiokafka sleeps over it
            ends: Offsets = await consumer.end_offsets(self._own)
        finally:
            await consumer.stop()
        return ends

    async def _refusal(self, hanging: Offsets, ends: Offsets) -> str:
        """Say why what hangs cannot be aborted; nothing when it can.

        It can where it was never complete, for then nobody has committed it, and where all of it hangs.
        """
        if self._changelog not in hanging:
            return "it has ended in the changelog"
        told = await self._progress(hanging[self._changelog])
        if not told:
            return ""
        if len(told) > 1:
            return "more than one transaction stands there"
        wrote, offsets = told[0]
        if wrote is None:
            return "an earlier version wrote it, which did not say where else"
        for topic, end in wrote.items():
            tp = self._outputs.get(topic)
            # Of logs that others write to no end is known here, whatever a build that thought them ours has told.
            if topic != GROUP and tp not in hanging and (tp not in ends or end is None or ends[tp] > end):
                return f"it has ended in {topic}, or others write there"
        if GROUP in wrote and await self._source.committed() == offsets:
            return "the group has its offsets"
        return ""

    async def _progress(self, begins: int) -> list[tuple[Written | None, Mapping[str, int]]]:
        """Read what hangs in the changelog: the topics and offsets of each transaction that was written to its end."""
        consumer = self._consumer(fetch_max_wait_ms=20)
        told = list[tuple[Written | None, Mapping[str, int]]]()
        try:
            await consumer.start()
            consumer.assign([self._changelog])
            end = (await consumer.end_offsets([self._changelog]))[self._changelog]
            consumer.seek(self._changelog, begins)
            while await consumer.position(self._changelog) < end:
                for records in (await consumer.getmany(timeout_ms=20)).values():
                    rows = (record for record in records if record.key == PROGRESS)
                    told += [(read_written(row.headers), decode_progress(row.value).offsets) for row in rows]
        finally:
            await consumer.stop()
        return told

    def _consumer(self, **options: Any) -> AIOKafkaConsumer:
        kafka = client_options(self._deployment.settings.kafka)
        return self._deployment.clients.consumer(**kafka, auto_offset_reset="none", enable_auto_commit=False, **options)

    def _drop_what_is_ahead(self, begins: int) -> None:
        """Throw a store away that has rows of what is to be aborted: its commit was acknowledged."""
        store, partition = self._deployment.store, self._source.partition
        stored = store.database(partition).get(POSITION)
        if stored is not None and decode_position(stored).next_offset > begins:
            store.wipe(partition)

    @staticmethod
    async def _abort(producer: AIOKafkaProducer, tps: Iterable[TopicPartition]) -> None:
        """Write markers: a transaction without records has them wherever it is registered, under its producer's id."""
        await producer.begin_transaction()
        for tp in tps:
            producer._txn_manager.maybe_add_partition_to_txn(tp)
        await producer.abort_transaction()


def _told(hanging: Offsets, refusal: str) -> str:
    where = ", ".join(f"{tp.topic}[{tp.partition}] at {offset}" for tp, offset in sorted(hanging.items()))
    return (
        f"a transaction that is over hangs in {where}; {refusal}. Operator action: see whether its records were "
        "published, then end it with kafka-transactions.sh (runbook: SegueRecoveryStuck)."
    )
