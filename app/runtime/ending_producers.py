"""A producer in that is wanted no more; nothing of it is left."""

import asyncio
from contextlib import suppress
from itertools import chain
from typing import Final

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaConnectionError

from app.ending_tasks import end_tasks
from app.runtime.sending import ask

log = structlog.get_logger("segue.runtime.ending_producers")

STOP_SECONDS: Final = 3.0
CUT_OFF_SECONDS: Final = 1.0


async def end_producer(producer: AIOKafkaProducer) -> None:
    """Stop a producer; one whose broker does not answer soon is cut off.

    What it had in hand then nobody will hear of: whoever starts one of its id next settles its transaction. A sender
    that stopping has not reached would wait for ever behind a client that is closed. Whoever is cancelled in here has
    cut it off when that is raised.
    """
    _hear(producer)
    try:
        await asyncio.wait_for(producer.stop(), STOP_SECONDS)
    except Exception as error:  # noqa: BLE001  # a dead producer may fail to stop in any way
        log.info("producer did not stop", error=repr(error))
        await _cut_off(producer)
    except BaseException:  # a rebalance does not wait until a silent broker has had its time
        await _cut_off(producer)
        raise
    finally:
        _hear(producer)


def _hear(producer: AIOKafkaProducer) -> None:
    """Ask what becomes of all that nobody waits for any more, now or later: asyncio would complain of each.

    Those are a transaction that nobody has come to commit, offsets that it was to tell, and batches that were not yet
    taken to be sent. A sender may tell them its end when nobody is here any more, for ending is given up at times.
    """
    manager, batches = producer._txn_manager, producer._message_accumulator
    futures = []
    if manager is not None:
        futures += [manager._transaction_waiter, *(future for *_, future in manager._pending_txn_offsets)]
    for batch in (*chain.from_iterable(batches._batches.values()), *batches._pending_batches):
        futures += [batch.future, batch._drain_waiter]
    for future in futures:
        if future is not None:
            future.add_done_callback(ask)


async def _close(client: AIOKafkaClient) -> None:
    """Close every connection: uvloop refuses for one whose handle is gone already, and the rest would stay open."""
    try:
        await client.close()
    except RuntimeError as error:
        log.info("a connection could not be closed", error=str(error))
        for connection in client._conns.values():
            with suppress(RuntimeError):
                connection.close()


async def _cut_off(producer: AIOKafkaProducer) -> None:
    """End its sender, which when cancelled waits for the requests it has sent: each is cancelled in its turn.

    Whoever waits for what is unsent is told, the flush of `stop` among them; none of our own is left to wait.
    """
    await _close(producer.client)
    sender = producer._sender.sender_task
    if sender is not None:
        await end_tasks(sender, again_seconds=CUT_OFF_SECONDS)
    batches = producer._message_accumulator
    unsent = {*chain.from_iterable(batches._batches.values()), *batches._pending_batches}
    batches._pending_batches = unsent  # where a batch that is to be sent once more takes itself from when it fails
    batches.fail_all(KafkaConnectionError("the producer was cut off"))
