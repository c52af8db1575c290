"""Records in, acknowledged batches out, through aiokafka's batch interface: one call per batch, not per record."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

from aiokafka import AIOKafkaProducer, TopicPartition

BATCH_BYTES: Final = 512 * 1024
REQUEST_BYTES: Final = 1024 * 1024

Wire = tuple[bytes | None, bytes | None, list[tuple[str, bytes]], int | None]
"""Key, value, headers, timestamp (epoch ms; None = now): what a batch is made of."""
Sends = Mapping[TopicPartition, Iterable[Wire]]
_Sent = list[tuple["asyncio.Future[Any]", int]]


async def send_all(producer: AIOKafkaProducer, sends: Sends) -> dict[TopicPartition, int]:
    """Send everything and await every acknowledgement; gives per partition the offset behind its last record.

    A failed send that nobody awaits does not stop aiokafka from committing the rest.
    """
    sent = {tp: await _send(producer, tp, records) for tp, records in sends.items()}
    return {tp: await _acknowledged(batches) for tp, batches in sent.items()}


def ask(future: "asyncio.Future[Any]") -> None:
    """Ask how something ended: where it is given up nobody else may, and asyncio would complain of that."""
    if not future.cancelled():
        future.exception()


async def _send(producer: AIOKafkaProducer, tp: TopicPartition, records: Iterable[Wire]) -> _Sent:
    # The batch's own append asks for serializers and says where each record stands: it costs as much as the record.
    sent: _Sent = []
    batch, count = producer.create_batch(), 0
    append, now = batch._builder.append, int(time.time() * 1000)  # aiokafka would ask the clock for every record
    for key, value, headers, at in records:
        timestamp = now if at is None else at
        if append(count, timestamp, key, value, headers) is None:
            sent.append(await _close(producer, tp, batch, count))
            batch, count = producer.create_batch(), 0
            append = batch._builder.append
            if append(count, timestamp, key, value, headers) is None:
                raise ValueError(f"a record for {tp.topic} does not fit an empty batch")
        count += 1
    sent.append(await _close(producer, tp, batch, count))
    return sent


async def _close(
    producer: AIOKafkaProducer, tp: TopicPartition, batch: Any, count: int
) -> tuple["asyncio.Future[Any]", int]:
    batch._relative_offset = count
    batch.close()
    future = await producer.send_batch(batch, tp.topic, partition=tp.partition)
    future.add_done_callback(ask)
    return future, count


async def _acknowledged(sent: _Sent) -> int:
    """Wait for batches of one partition; gives the offset behind the last. Whoever is cancelled in here leaves them be.

    What was sent is behind a shield that hears how it ends; were that cancelled too, nobody would.
    """
    done, _ = await asyncio.wait([future for future, _ in sent], return_when=asyncio.FIRST_EXCEPTION)
    for future in done:
        future.result()
    last, count = sent[-1]
    offset: int = last.result().offset
    return offset + count
