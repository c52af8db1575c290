"""Source topics in, inputs out: each fetch is one transaction with the positions behind it, so nothing comes twice.

One process of a name works at a time: its transactional id fences the one before, whose open transaction is settled by
that, so what is read then (memory, positions) is final. Any error ends the process; the next one begins there.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError, ProducerFenced

from app.bridging.deciding import Decided, Decider
from app.bridging.document import Mapping
from app.bridging.memory import BridgeMemory
from app.data_directory import lock_directory
from app.rights_check import check_rights
from app.runtime.clients import client_options
from app.runtime.ending_producers import end_producer
from app.runtime.errors import SegueError
from app.runtime.legible import read_legibly
from app.runtime.sending import BATCH_BYTES, REQUEST_BYTES, Wire, send_all
from app.settings import Settings
from app.topic_apply import ensure_topic
from app.topic_check import partition_counts
from schemas.topics import TopicPlan

log = structlog.get_logger("segue.bridge")

RECORDS: Final = 1_000
"""Most records of one transaction."""

START_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Bridge:
    """A mapping at work under a name: it names the group, the transactional id and the memory."""

    settings: Settings
    mapping: Mapping
    name: str

    @property
    def group(self) -> str:
        """The consumer group whose offsets are the positions, and the transactional id."""
        return f"{self.settings.app_id}-bridge-{self.name}"

    @property
    def memory(self) -> TopicPartition:
        """Where its memory stands."""
        return TopicPartition(self.settings.topics.bridge(self.name), 0)

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until it is told to stop; SegueError when it cannot go on."""
        counts = await self._counts()
        directory = self.settings.state.directory / f"bridge-{self.name}"
        with lock_directory(directory):
            memory = BridgeMemory(directory)
            decider = Decider(self.mapping, self.settings.topics, counts, memory.look)
            try:
                async with self._clients() as (producer, consumer):
                    if self.mapping.joins:
                        rows = await memory.load(self.settings, self.memory)
                        log.info("bridge remembers", rows=rows)
                    await self._begin(consumer, counts)
                    await self._work(producer, consumer, decider, memory, stopping)
            finally:
                memory.close()

    async def _counts(self) -> dict[str, int]:
        """Find every topic there; makes the one of its memory if need be."""
        topics = self.settings.topics
        own = [one for one in self.mapping.topics if one in {plan.name for plan in topics.plan()}]
        if own:
            raise SegueError(
                f"{', '.join(own)} is a topic of Segue: a bridge would read what it writes. Operator action: name the "
                "shop's topics in the mapping, or with --topic."
            )
        await partition_counts(self.settings)  # says clearly when no broker answers
        await check_rights(self.settings, "bridge")
        if self.mapping.joins:
            await ensure_topic(self.settings, TopicPlan(self.memory.topic, "compact", 1))
        counts = await partition_counts(self.settings)
        missing = [one for one in (*self.mapping.topics, *topics.inputs, topics.dead_letters) if one not in counts]
        if missing:
            raise SegueError(
                f"topics are missing: {', '.join(missing)}. Operator action: create the shop's, or name the right "
                "ones in the mapping; `segue topics apply` creates those of Segue."
            )
        return counts

    async def _begin(self, consumer: AIOKafkaConsumer, counts: dict[str, int]) -> None:
        """Seek to where the group stands; from the beginning on where it has never been."""
        sources = [TopicPartition(topic, p) for topic in self.mapping.topics for p in range(counts[topic])]
        consumer.assign(sources)
        begins = await consumer.beginning_offsets(sources)
        for tp in sources:
            committed = await consumer.committed(tp)
            consumer.seek(tp, begins[tp] if committed is None else committed)
        log.info("bridge starts", name=self.name, partitions=len(sources))

    async def _work(
        self,
        producer: AIOKafkaProducer,
        consumer: AIOKafkaConsumer,
        decider: Decider,
        memory: BridgeMemory,
        stopping: asyncio.Event,
    ) -> None:
        facts = rejected = 0
        before: dict[TopicPartition, int] = {}
        while not stopping.is_set():
            fetched = await consumer.getmany(timeout_ms=200, max_records=RECORDS)
            positions = {tp: await consumer.position(tp) for tp in consumer.assignment()}
            if not fetched:
                continue
            decided = decider.decide(record for records in fetched.values() for record in records)
            moved = {tp: at for tp, at in positions.items() if before.get(tp) != at}
            await self._commit(producer, decided, moved)
            memory.apply(decided.rows)
            before = positions
            facts, rejected = facts + decided.facts, rejected + decided.rejected
        log.info("bridge stops", facts=facts, rejected=rejected)

    async def _commit(self, producer: AIOKafkaProducer, decided: Decided, positions: dict[TopicPartition, int]) -> None:
        """Send facts, dead letters, memory and positions in one transaction; every acknowledgement is awaited."""
        sends: dict[TopicPartition, list[Wire]] = dict(decided.sends)
        if decided.rows:
            sends[self.memory] = [(key, value, [], None) for key, value in decided.rows.items()]
        await producer.begin_transaction()
        for tp in sends:
            producer._txn_manager.maybe_add_partition_to_txn(tp)
        await send_all(producer, sends)
        await producer.send_offsets_to_transaction(positions, self.group)
        await producer.commit_transaction()

    @asynccontextmanager
    async def _clients(self) -> AsyncIterator[tuple[AIOKafkaProducer, AIOKafkaConsumer]]:
        """Become the one that works under this name; everything that goes wrong at the brokers is one clear error."""
        producer = AIOKafkaProducer(
            **client_options(self.settings.kafka),
            transactional_id=self.group,
            acks="all",
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
            max_request_size=REQUEST_BYTES,
            transaction_timeout_ms=self.settings.transactions.timeout_ms,
        )
        read_legibly()
        consumer = AIOKafkaConsumer(
            **client_options(self.settings.kafka),
            group_id=self.group,
            check_crcs=self.settings.kafka.check_crcs,
            isolation_level="read_committed",
            auto_offset_reset="none",
            enable_auto_commit=False,
            fetch_max_wait_ms=100,
        )
        try:
            await asyncio.wait_for(producer.start(), START_SECONDS)
            await consumer.start()
            yield producer, consumer
        except (KafkaError, OSError, TimeoutError) as error:
            raise SegueError(_told(error, self.name)) from error
        finally:
            # What is open is settled by whoever starts next: aborting here might hide a commit that took place.
            await consumer.stop()
            await end_producer(producer)


def _told(error: Exception, name: str) -> str:
    match error:
        case ProducerFenced():
            return f"another bridge of the name {name} has taken over. Operator action: run one at a time."
        case OffsetOutOfRangeError():
            return (
                f"records that the bridge {name} had not read are gone from its topics. Operator action: give the "
                "topics a longer retention, and set the group's offsets to go on (kafka-consumer-groups.sh "
                "--reset-offsets)."
            )
        case _:
            return (
                f"the brokers did not do as asked: {type(error).__name__}; nothing is lost. Operator action: let your "
                "supervisor start the bridge again; if that does not help, check brokers and rights."
            )
