"""Opening a partition, which is also the only way to recover: every error ends here."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
import structlog
from aiokafka import AIOKafkaProducer, TopicPartition

from app.runtime.clients import Clients, client_options
from app.runtime.deployment import Deployment
from app.runtime.ending_producers import end_producer
from app.runtime.errors import StateRefused
from app.runtime.intake import Intake
from app.runtime.restore import is_outdated, restore
from app.runtime.sending import BATCH_BYTES, REQUEST_BYTES
from app.runtime.settling import Settling
from app.runtime.source import PartitionSource
from app.runtime.state_checks import OTHER_ROWS, check_identity, check_layout, check_turns
from app.runtime.workplace import Workplace
from app.settings import Settings
from app.transactional_ids import task_id
from schemas.instants import DAY_MS
from schemas.rows import ProgressRow
from tables.codec import decode_progress
from tables.keys import PROGRESS
from tables.partition_table import PartitionTable

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
    ends: dict[TopicPartition, int]
    """Where the logs end that no other task writes to."""
    clock: int
    customers: Counter[str]
    """Customers per segment; the empty name counts those without one."""
    new: bool
    """Whether no transaction of this partition has ever committed."""
    held_ms: int = 0
    """For how long the clock has waited for a transaction of another producer."""


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


async def open_partition(deployment: Deployment, source: PartitionSource, place: Workplace) -> OpenPartition:
    """Become the owner of a partition and level with everything it has committed."""
    settings, partition = deployment.settings, source.partition
    # 1. InitProducerId fences the previous owner and returns only when its open transaction is settled, offsets
    #    included: what 2 to 4 read is final.
    producer = await start_producer(deployment.clients, settings, partition)
    try:
        # 2. What 1 has settled has ended in every log; where brokers have lost the end, it is aborted once more.
        ends = await Settling(deployment, source, place).settle(producer)
        # 3. The changelog, from the stored position to its end.
        table = await _restored(deployment, partition)
        # 4. Offsets of the group against those that every transaction writes beside its rows.
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
    new = progress is None
    return OpenPartition(producer, table, Intake(positions), positions, group, ends, clock, customers, new=new)


async def _restored(deployment: Deployment, partition: int) -> PartitionTable:
    clocks = deployment.clocks
    for name in deployment.store.forget(clocks.now() - int(deployment.settings.state.unreadable_days * DAY_MS)):
        log.info("removed local state that could not be read and is old", name=name)
    db = deployment.store.database(partition)
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
        rows = await restore(db, deployment.changelog(partition), consumer, remaining.set, clocks.now())
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
