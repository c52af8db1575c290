"""Records of the control topic in, one transaction out: all of it is there for every reader, or nothing.

Nobody may learn too late of what takes effect. A reader who has seen the end of the topic at one instant counts on
knowing everything up to NOTICE_MS later, so a record is in the log NOTICE_MS before it takes effect at the latest:
`earliest` gives it SLACK_MS more, and what has taken longer than that to reach the log is not committed.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import IllegalOperation

from app.runtime.clients import client_options
from app.runtime.ending_producers import end_producer
from app.runtime.sending import BATCH_BYTES, REQUEST_BYTES, Wire, send_all
from app.settings import Settings
from schemas.control import NOTICE_MS, ControlRecord, encode_control

SLACK_MS: Final = 10_000
START_SECONDS: Final = 30
PUBLISH_SECONDS: Final = 30


class TooLate(Exception):
    """Publishing took so long that others may have counted on nothing being there; nothing was published."""


def earliest(now: int) -> int:
    """Give the first instant at which something may take effect that is published now (epoch ms)."""
    return now + NOTICE_MS + SLACK_MS


class Publisher:
    """A transactional producer: once it has started, the one of the same name before it can publish no more."""

    def __init__(self, settings: Settings, transactional_id: str) -> None:
        self._tp = TopicPartition(settings.topics.control, 0)
        self._producer = AIOKafkaProducer(
            **client_options(settings.kafka),
            transactional_id=transactional_id,
            acks="all",
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES,
            max_request_size=REQUEST_BYTES,
            retry_backoff_ms=10,  # the default of 100 is slept in nearly every transaction, waiting for its markers
            transaction_timeout_ms=SLACK_MS,
        )

    async def start(self) -> None:
        """Fence the publisher before; what it had committed can be read from now on, the rest is void."""
        await asyncio.wait_for(self._producer.start(), START_SECONDS)

    async def stop(self) -> None:
        """Let go; an open transaction is void when the next one starts, or by its time limit."""
        await end_producer(self._producer)

    async def publish(
        self,
        records: Sequence[ControlRecord],
        effective_at: int | None = None,
        *,
        besides: Mapping[TopicPartition, list[Wire]] = {},
    ) -> None:
        """Publish; `effective_at` is when the first of them takes effect, where tasks do not wait for it.

        `besides`: what goes to other topics in the same transaction.

        ProducerFenced when another one has started; TooLate when it took so long that some may not hear in time.
        """
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self._publish(
                    {self._tp: [(*encode_control(record), [], None) for record in records], **besides}, effective_at
                )
        except IllegalOperation as error:
            # Fenced while nothing was being waited for: aiokafka then says only that there is no transaction any more,
            # and keeps what the broker said for whoever asks.
            told = (failed.exception() for failed in _failed(self._producer))
            raise next(filter(None, told), error) from error

    async def _publish(self, sends: Mapping[TopicPartition, list[Wire]], effective_at: int | None) -> None:
        producer = self._producer
        await producer.begin_transaction()
        # Registered before anything is produced: a produce request that overtakes it costs a back-off.
        for tp in sends:
            producer._txn_manager.maybe_add_partition_to_txn(tp)
        await send_all(producer, sends)
        if effective_at is not None and int(time.time() * 1000) + NOTICE_MS > effective_at:
            raise TooLate
        await producer.commit_transaction()


def _failed(producer: Any) -> Iterator["asyncio.Future[Any]"]:
    """Give what a fenced producer leaves behind with an error that nobody has asked for."""
    left = [producer._txn_manager._transaction_waiter]
    for batches in producer._message_accumulator._batches.values():
        left += [batch._drain_waiter for batch in batches]
    yield from (future for future in left if future is not None and future.done() and not future.cancelled())
