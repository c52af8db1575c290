"""Opening a partition, which is also the only way to recover: every error ends here."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import msgspec
import structlog
from aiokafka import AIOKafkaProducer, TopicPartition
from rocksdict import Rdict

from app.metrics import Metrics
from app.runtime.clients import Clients, client_options
from app.runtime.clocks import Clocks
from app.runtime.ending_producers import end_producer
from app.runtime.errors import StateRefused
from app.runtime.intake import Intake
from app.runtime.restore import is_outdated, restore
from app.runtime.rules import Rules
from app.runtime.sending import BATCH_BYTES, REQUEST_BYTES
from app.runtime.source import PartitionSource
from app.runtime.state_checks import OTHER_ROWS, check_identity, check_layout, check_turns
from app.settings import Settings
from app.transactional_ids import task_id
from schemas.rows import ROWS, IdentityRow, ProgressRow
from tables.codec import decode_progress
from tables.keys import PROGRESS
from tables.partition_table import PartitionTable
from tables.tombstones import Tombstones

log = structlog.get_logger("segue.opening")

START_SECONDS = 30


class Overtaken(Exception):
    """The changelog and the group disagree: a newer owner has committed between our steps."""


@dataclass(slots=True)
class OpenPartition:
    """Everything a task works with while its lease lasts."""

    producer: AIOKafkaProducer
    table: PartitionTable
    intake: Intake
    positions: dict[str, int]
    group: dict[str, int]
    """The positions that the group has been told."""
    clock: int
    customers: Counter[str]
    """Customers per segment; the empty name counts those without one."""
    new: bool
    """Whether no transaction of this partition has ever committed."""
    held_ms: int = 0
    """For how long the clock has waited for a transaction of another producer."""


class LocalStore(Protocol):
    """The databases of a worker's partitions; PartitionStore keeps them beside Faust's table."""

    def database(self, partition: int) -> Rdict:
        """Give the open database of a partition."""
        ...

    def wipe(self, partition: int) -> Rdict:
        """Throw the local state of a partition away and begin an empty one."""
        ...

    def release(self, partition: int) -> None:
        """Close the database of a partition, so that the next to ask opens it anew."""
        ...

    def set_aside(self, partition: int) -> None:
        """Keep a database that cannot be read out of the way, and begin an empty one."""
        ...


@dataclass(frozen=True, slots=True)
class Deployment:
    """What all tasks of a worker share."""

    settings: Settings
    rules: Rules
    partitions: int
    store: LocalStore
    metrics: Metrics
    clocks: Clocks = field(default_factory=Clocks)
    clients: Clients = field(default_factory=Clients)

    @property
    def tombstones(self) -> Tombstones:
        """Mark erased customers as this deployment does."""
        return Tombstones(self.settings.tombstone_secret)

    def identity(self, partition: int) -> IdentityRow:
        """Say whose state a partition is."""
        policy, secret = self.rules.policies[0].fingerprint, self.tombstones.fingerprint
        return IdentityRow(self.settings.app_id, partition, self.partitions, policy, secret, ROWS)

    def changelog(self, partition: int) -> TopicPartition:
        """Name the changelog of a partition."""
        return TopicPartition(self.settings.topics.changelog, partition)


async def start_producer(clients: Clients, settings: Settings, partition: int) -> AIOKafkaProducer:
    """Start the transactional producer of a partition."""
    producer = clients.producer(
        **client_options(settings.kafka),
        transactional_id=task_id(settings.app_id, partition),
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=BATCH_BYTES,
        max_request_size=REQUEST_BYTES,
        retry_backoff_ms=10,  # the default of 100 is slept in nearly every transaction, waiting for its markers
        transaction_timeout_ms=settings.transactions.timeout_ms,
    )
    try:
        await asyncio.wait_for(producer.start(), START_SECONDS)
    except BaseException:
        await end_producer(producer)
        raise
    return producer


async def open_partition(deployment: Deployment, source: PartitionSource) -> OpenPartition:
    """Become the owner of a partition and level with everything it has committed."""
    settings, partition = deployment.settings, source.partition
    # 1. InitProducerId fences the previous owner and returns only when its open transaction is settled, offsets
    #    included: what 2 and 3 read is final.
    producer = await start_producer(deployment.clients, settings, partition)
    try:
        # 2. The changelog, from the stored position to its end.
        table = await _restored(deployment, partition)
        # 3. Offsets of the group against those that every transaction writes beside its rows.
        stored = table.get(PROGRESS)
        progress = decode_progress(stored) if stored is not None else None
        if progress is not None:
            check_layout(progress)
        committed = await source.committed()
        positions = await _positions(source, progress, committed)
    except BaseException:
        await end_producer(producer)
        raise
    # What the group has never heard of, or has forgotten, it hears with the next record.
    group = positions | {topic: offset for topic, offset in committed.items() if offset is not None}
    clock, customers = (progress.clock, Counter(progress.customers)) if progress is not None else (0, Counter())
    return OpenPartition(producer, table, Intake(positions), positions, group, clock, customers, new=progress is None)


async def _restored(deployment: Deployment, partition: int) -> PartitionTable:
    db, clocks = deployment.store.database(partition), deployment.clocks
    if is_outdated(db, clocks.now()):
        log.warning("local state is older than tombstones are kept: restoring from nothing", partition=partition)
        del db
        db = deployment.store.wipe(partition)
    remaining = deployment.metrics.partitions.recovery_remaining.labels(str(partition))
    began = clocks.steady()
    options: dict[str, Any] = client_options(deployment.settings.kafka)
    options["check_crcs"] = deployment.settings.kafka.check_crcs
    consumer = partial(deployment.clients.consumer, **options)
    try:
        rows = await restore(db, deployment.changelog(partition), consumer, remaining.set, clocks.now)
    except msgspec.ValidationError as error:
        raise StateRefused(OTHER_ROWS) from error
    log.info("restored", partition=partition, rows=rows, seconds=round(clocks.steady() - began, 3))
    table = PartitionTable(db)
    check_identity(table, deployment.identity(partition))
    check_turns(table, deployment.rules.in_force().turns)
    return table


async def _positions(
    source: PartitionSource, progress: ProgressRow | None, committed: Mapping[str, int | None]
) -> dict[str, int]:
    """Compare, and say where to read on."""
    if progress is None:
        if any(offset is not None for offset in committed.values()):
            raise Overtaken(f"the group has offsets {committed}, the changelog has none")
        return await source.beginnings()
    for topic, offset in committed.items():
        # The group trails the changelog, and forgets when it has been away long enough: never does it lead.
        if offset is not None and offset > progress.offsets.get(topic, -1):
            raise Overtaken(f"the group is at {committed}, the changelog at {progress.offsets}")
    missing = [topic for topic in committed if topic not in progress.offsets]
    beginnings = await source.beginnings() if missing else {}
    return {topic: progress.offsets.get(topic, beginnings.get(topic, 0)) for topic in committed}
