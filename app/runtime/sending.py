"""Records in, acknowledged batches out, through aiokafka's batch interface: one call per batch, not per record."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.producer.message_accumulator import BatchBuilder

from agents.outgoing import Outgoing

BATCH_BYTES: Final = 512 * 1024
REQUEST_BYTES: Final = 1024 * 1024

Sends = Mapping[TopicPartition, Sequence[Outgoing]]
_Sent = list[tuple["asyncio.Future[object]", int]]


async def send_all(producer: AIOKafkaProducer, sends: Sends) -> dict[TopicPartition, int]:
    """Send everything and await every acknowledgement; gives per partition the offset behind its last record.

    A failed send that nobody awaits does not stop aiokafka from committing the rest.
    """
    sent = {tp: await _send(producer, tp, records) for tp, records in sends.items()}
    return {tp: await _acknowledged(batches) for tp, batches in sent.items()}


async def _send(producer: AIOKafkaProducer, tp: TopicPartition, records: Sequence[Outgoing]) -> _Sent:
    sent: _Sent = []
    batch: BatchBuilder = producer.create_batch()
    for record in records:
        if not _append(batch, record):
            sent.append((await _close(producer, tp, batch), batch.record_count()))
            batch = producer.create_batch()
            if not _append(batch, record):
                raise ValueError(f"a record for {tp.topic} does not fit an empty batch")
    sent.append((await _close(producer, tp, batch), batch.record_count()))
    return sent


def _append(batch: BatchBuilder, record: Outgoing) -> bool:
    appended = batch.append(
        key=record.key, value=record.value, timestamp=record.timestamp, headers=record.headers
    )
    return appended is not None


async def _close(
    producer: AIOKafkaProducer, tp: TopicPartition, batch: BatchBuilder
) -> "asyncio.Future[object]":
    batch.close()
    future: asyncio.Future[object] = await producer.send_batch(batch, tp.topic, partition=tp.partition)
    return future


async def _acknowledged(sent: _Sent) -> int:
    results = await asyncio.gather(*(future for future, _ in sent))
    offset: int = results[-1].offset  # type: ignore[attr-defined]  # aiokafka has no types
    return offset + sent[-1][1]
