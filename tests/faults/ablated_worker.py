"""A worker with one rule of the protocol taken out, to see that the faults find what the rule is for.

`python -m tests.faults.ablated_worker RULE`; all else about the worker is real, and it knows nothing of this.
"""

import asyncio
import sys
import uuid
from collections.abc import Callable
from typing import Any, Final

from aiokafka import AIOKafkaProducer, TopicPartition
from rocksdict import Rdict

import app.runtime.opening
import app.runtime.transaction
from app.runtime import sending
from app.runtime.faust_hooks import PartitionStore
from app.runtime.sending import Sends, send_all
from app.runtime.settling import Offsets, Settling
from app.transactional_ids import task_id
from tables.keys import POSITION
from tables.position import Position, encode_position

CHANGELOG: Final = "-changelog"
BETWEEN_S: Final = 0.2
"""From RocksDB to the commit: wide enough for a kill to fall in between every time."""


def without_fencing() -> None:
    """Every producer has an id of its own: a new owner fences nobody, and what its predecessor left stays open.

    That something is open in its logs a new owner would notice too, and not begin (`Settling`): that goes with it.
    """

    def own_id(app_id: str, partition: int) -> str:
        return f"{task_id(app_id, partition)}-{uuid.uuid4()}"

    async def look_away(self: Settling, producer: AIOKafkaProducer) -> Offsets:
        return await self._ends("read_committed")

    app.runtime.opening.task_id = own_id  # type: ignore[attr-defined]  # the rule that the test is about
    Settling.settle = look_away  # type: ignore[method-assign]  # as above


def without_commit_first() -> None:
    """RocksDB has rows when they are acknowledged, before their transaction has committed."""
    stores: dict[int, PartitionStore] = {}
    database = PartitionStore.database

    def known(self: PartitionStore, partition: int) -> Rdict:
        stores[partition] = self
        return database(self, partition)

    async def write_first(producer: AIOKafkaProducer, sends: Sends) -> dict[TopicPartition, int]:
        ends = await send_all(producer, sends)
        for tp in (tp for tp in sends if tp.topic.endswith(CHANGELOG)):
            _write(stores[tp.partition].database(tp.partition), sends[tp], ends[tp])
        await asyncio.sleep(BETWEEN_S)
        return ends

    PartitionStore.database = known  # type: ignore[method-assign]  # the rule that the test is about
    app.runtime.transaction.send_all = write_first  # type: ignore[attr-defined]  # as above


def _write(db: Rdict, rows: Any, end: int) -> None:
    for key, value, *_ in rows:
        if value is None:
            db.delete(key)
        else:
            db.put(key, value)
    db.put(POSITION, encode_position(Position(end, 0)))


def without_acknowledgements() -> None:
    """A commit goes on though a send has failed; only of the changelog is asked where it ends."""

    async def send_only(producer: AIOKafkaProducer, sends: Sends) -> dict[TopicPartition, int]:
        sent = {tp: await sending._send(producer, tp, records) for tp, records in sends.items()}
        own = {tp: batches for tp, batches in sent.items() if tp.topic.endswith(CHANGELOG)}
        return {tp: await sending._acknowledged(batches) for tp, batches in own.items()}

    app.runtime.transaction.send_all = send_only  # type: ignore[attr-defined]  # the rule that the test is about


def command(rule: Callable[[], None]) -> tuple[str, ...]:
    """Say what starts a worker without this rule."""
    return (sys.executable, "-m", "tests.faults.ablated_worker", rule.__name__)


RULES: Final = {rule.__name__: rule for rule in (without_fencing, without_commit_first, without_acknowledgements)}

if __name__ == "__main__":
    from app.command_line import segue

    RULES[sys.argv[1]]()
    segue(["worker"])
