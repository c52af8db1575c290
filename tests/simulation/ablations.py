"""The protocol with one rule taken out: parts of a worker that break it, where the real ones keep it.

Production code has no switch for any of this. Each rule is taken out where its evidence comes in: what a task is told
by its log, its producer or its disk is what it would believe, or have done, without the rule.
"""

from dataclasses import replace
from itertools import count
from typing import Any

import orjson
from aiokafka import TopicPartition

from agents.run import LogEnd
from app.runtime.leases import Lease, LeasedRun
from tables.keys import LOYALTY, POSITION, PROGRESS
from tables.position import Position, encode_position
from tests.simulation.clients import Acknowledgement, Batch, Consumer, Link, Producer
from tests.simulation.disks import Disk
from tests.simulation.log import Entry
from tests.simulation.source import SimulatedSource
from tests.simulation.worker import SETTINGS, Parts

CHANGELOG = SETTINGS.topics.changelog


class WithoutFence(Parts):
    """Every producer has an id of its own: a new owner fences nobody, and settles nothing."""

    _numbers = count()

    @staticmethod
    def producer(link: Link, disk: Disk, **options: Any) -> Producer:
        own = f"{options['transactional_id']}-{next(WithoutFence._numbers)}"
        return Producer(link, **options | {"transactional_id": own})


class BlindConsumer(Consumer):
    """Sees an end of the log where committed records end."""

    def __init__(self, link: Link, **options: Any) -> None:
        super().__init__(link, **options)
        self._stable = True


class WithoutSettling(Parts):
    """Nobody sees that a transaction hangs."""

    consumer = BlindConsumer


class EagerProducer(Producer):
    """Writes rows to the disk when they are acknowledged, not when they are committed."""

    def __init__(self, link: Link, disk: Disk, **options: Any) -> None:
        super().__init__(link, **options)
        self._disk = disk

    async def _send(self, tp: TopicPartition, batch: Batch) -> Acknowledgement:
        acknowledged = await super()._send(tp, batch)
        if tp.topic == CHANGELOG:
            db = self._disk.database(tp.partition)
            for key, value, _ in batch.records:
                assert key is not None, "rows have keys"
                if value is None:
                    db.delete(key)
                else:
                    db.put(key, value)
            behind = acknowledged.offset + len(batch.records)
            db.put(POSITION, encode_position(Position(behind, self.link.broker.now())))
        return acknowledged


class WithoutCommitFirst(Parts):
    """RocksDB has rows before their transaction has committed."""

    @staticmethod
    def producer(link: Link, disk: Disk, **options: Any) -> Producer:
        return EagerProducer(link, disk, **options)


class CarelessProducer(Producer):
    """Tells at once of an acknowledgement that has not come."""

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> Any:
        await super().send_batch(batch, topic, partition=partition)
        told = self.link.network.loop.create_future()
        told.set_result(Acknowledgement(self.link.broker.log(TopicPartition(topic, partition)).end))
        return told


class WithoutAcknowledgements(Parts):
    """A commit goes on though a send has failed."""

    @staticmethod
    def producer(link: Link, disk: Disk, **options: Any) -> Producer:
        return CarelessProducer(link, **options)


class TrustingSource(SimulatedSource):
    """Lets every run begin where the one before it ended, whatever has gone astray between them."""

    def _hand_over(self, run: LeasedRun) -> None:
        mishap = self.astray.pop() if self.astray else ""
        if mishap != "lost":
            start = self._believed.get(run.topic, run.start)
            self._believed[run.topic] = run.end
            replace(run, start=start).hand_over()

    async def begin(self, positions: Any, lease: Lease) -> None:
        self._believed = dict(positions)
        await super().begin(positions, lease)


class WithoutContiguity(Parts):
    """Nobody notices a hole."""

    source = TrustingSource


class ForgetfulProducer(Producer):
    """Writes the row of offsets into every fourth transaction only."""

    _turn = 0

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> Any:
        if topic == CHANGELOG:
            self._turn += 1
            if self._turn % 4 != 1:
                batch.records = [record for record in batch.records if record[0] != PROGRESS]
        return await super().send_batch(batch, topic, partition=partition)


class WithoutOffsetsRow(Parts):
    """The changelog does not say of every transaction how far it has come."""

    @staticmethod
    def producer(link: Link, disk: Disk, **options: Any) -> Producer:
        return ForgetfulProducer(link, **options)


class JourneylessProducer(Producer):
    """Leaves out of every transaction who is on her way."""

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> Any:
        if topic == CHANGELOG:
            batch.records = [record for record in batch.records if (record[0] or b"")[:1] != LOYALTY]
        return await super().send_batch(batch, topic, partition=partition)


class WithoutJourneyRows(Parts):
    """Where a customer is on her journeys commits with nothing, and stands on one worker's disk alone."""

    @staticmethod
    def producer(link: Link, disk: Disk, **options: Any) -> Producer:
        return JourneylessProducer(link, **options)


class ForgetfulSource(SimulatedSource):
    """Gives every order that comes again an id of its own: so a table without memory of ids would take it."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._first: dict[str, int] = {}

    def run(
        self, topic: str, records: list[Entry], covers: tuple[int, int], lease: Lease, log_end: LogEnd
    ) -> LeasedRun:
        return super().run(topic, [self._forget(record) for record in records], covers, lease, log_end)

    def _forget(self, record: Entry) -> Entry:
        event = orjson.loads(record.value) if record.value is not None and b"order_placed" in record.value else None
        if event is None or self._first.setdefault(event["order_id"], record.offset) == record.offset:
            return record
        return record._replace(value=orjson.dumps(event | {"order_id": f"{event['order_id']}-{record.offset}"}))


class WithoutDuplicateMemory(Parts):
    """A fact that is told twice counts twice."""

    source = ForgetfulSource


class HastySource(SimulatedSource):
    """Says at any moment that nothing is unread."""

    def log_end(self, topic: str) -> LogEnd | None:
        return LogEnd(0, self.now(), 0)

    def run(
        self, topic: str, records: list[Entry], covers: tuple[int, int], lease: Lease, log_end: LogEnd
    ) -> LeasedRun:
        return super().run(topic, records, covers, lease, LogEnd(0, self.now(), 0))


class WithoutClockRule(Parts):
    """The clock of a partition is the wall clock, whatever waits unread."""

    source = HastySource
