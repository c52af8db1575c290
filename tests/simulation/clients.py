"""What partition tasks use of aiokafka, over the simulated broker: a transactional producer, a changelog reader."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aiokafka import TopicPartition

from tests.simulation.broker import Broker
from tests.simulation.log import Entry, Headers, Written
from tests.simulation.network import Network
from tests.simulation.process import Process


class Acknowledgement(NamedTuple):
    """What a send gives once it has been acknowledged."""

    offset: int


class Batch:
    """Records on their way."""

    def __init__(self) -> None:
        self.records: list[Written] = []
        self._relative_offset = 0
        self._builder = self

    def append(
        self, offset: int, timestamp: int, key: bytes | None, value: bytes | None, headers: Headers
    ) -> Acknowledgement:
        """Take a record; None would say that it does not fit."""
        self.records.append((key, value, headers))
        return Acknowledgement(offset)

    def close(self) -> None:
        """Take no more."""


class Link:
    """How a client of one process reaches the broker."""

    def __init__(self, process: Process, network: Network, broker: Broker) -> None:
        self.process, self.network, self.broker = process, network, broker

    async def close(self) -> None:
        """Aiokafka's clients are closed this way too."""


class Producer:
    """Like AIOKafkaProducer: a commit waits for all sends to end, well or not, and goes on."""

    def __init__(self, link: Link, **options: Any) -> None:
        self.client = self.link = link
        self.id: str = options["transactional_id"]
        self._timeout = options["transaction_timeout_ms"] / 1000
        self.epoch = 0
        self._txn_manager = self
        self._transaction_waiter = None
        self._pending_txn_offsets: tuple[Any, ...] = ()  # they are told by a call that ends with its answer
        self._message_accumulator = self._sender = self
        self.sender_task = None  # what is sent is on its way by itself
        self._batches: dict[TopicPartition, list[Batch]] = {}
        self._pending_batches: set[Batch] = set()
        self._added: list[TopicPartition] = []
        self._registration: asyncio.Task[None] | None = None
        self._sends: list[asyncio.Future[Acknowledgement]] = []

    async def start(self) -> None:
        """Become the owner of the id; what another has left is settled then."""
        self.epoch, left = await self.link.network.call(
            self.link.process, "init", lambda: self.link.broker.init(self.id)
        )
        if left is not None:
            await left.settled.wait()

    async def stop(self) -> None:
        """Leave everything as it is."""

    def fail_all(self, error: Exception) -> None:
        """Nothing waits here for a sender that could fail it."""

    async def begin_transaction(self) -> None:
        """Nothing happens at the broker before the first partition is added."""
        self._added, self._registration, self._sends = [], None, []

    def maybe_add_partition_to_txn(self, tp: TopicPartition) -> None:
        """Let a partition take part."""
        self._added.append(tp)

    def create_batch(self) -> Batch:
        """Give an empty batch."""
        return Batch()

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> "asyncio.Future[Acknowledgement]":
        """Send; what is given ends with the acknowledgement."""
        if self._registration is None:
            self._registration = asyncio.ensure_future(self._register())
        sent = asyncio.ensure_future(self._send(TopicPartition(topic, partition), batch))
        self._sends.append(sent)
        return sent

    async def send_offsets_to_transaction(self, offsets: Mapping[TopicPartition, int], group: str) -> None:
        """Let the group hear of offsets."""
        broker, told = self.link.broker, dict(offsets)
        await self.link.network.call(
            self.link.process, "offsets", lambda: broker.add_offsets(self.id, self.epoch, told)
        )

    async def commit_transaction(self) -> None:
        """Wait for sends, and commit."""
        if self._sends:
            await asyncio.wait(self._sends)
        await self.link.network.call(self.link.process, "commit", lambda: self.link.broker.commit(self.id, self.epoch))

    async def abort_transaction(self) -> None:
        """Give up what is registered, though nothing may have been sent."""
        await self._register()
        await self.link.network.call(self.link.process, "commit", lambda: self.link.broker.abort(self.id, self.epoch))

    async def _register(self) -> None:
        broker = self.link.broker
        before = broker.unsettled(self.id)
        if before is not None:  # the real one is told to come again, until it is settled
            await before.settled.wait()
        await self.link.network.call(
            self.link.process, "register", lambda: broker.register(self.id, self.epoch, self._added, self._timeout)
        )

    async def _send(self, tp: TopicPartition, batch: Batch) -> Acknowledgement:
        assert self._registration is not None, "a send begins it"
        await asyncio.shield(self._registration)
        offset = await self.link.network.call(
            self.link.process, "send", lambda: self.link.broker.produce(self.id, self.epoch, tp, batch.records)
        )
        return Acknowledgement(offset)


class Consumer:
    """Like AIOKafkaConsumer without a group, on one partition."""

    def __init__(self, link: Link, **options: Any) -> None:
        self.link = link
        self._stable = options.get("isolation_level") == "read_committed"
        self._position = 0
        self._tp: TopicPartition | None = None

    async def start(self) -> None:
        """Nothing to do."""

    async def stop(self) -> None:
        """Nothing to do."""

    def assign(self, tps: Sequence[TopicPartition]) -> None:
        """Read this partition; of several only the ends are asked."""
        self._tp = tps[0]

    def seek(self, tp: TopicPartition, position: int) -> None:
        """Go on from here."""
        self._position = position

    async def position(self, tp: TopicPartition) -> int:
        """Say where the next fetch begins."""
        return self._position

    async def beginning_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Nothing is ever cut off."""
        return dict.fromkeys(tps, 0)

    async def end_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Give the last stable offset, or the end for who reads uncommitted records too."""
        log = self.link.broker.log
        return await self.link.network.call(
            self.link.process, "ask", lambda: {tp: log(tp).stable_end if self._stable else log(tp).end for tp in tps}
        )

    async def getmany(self, timeout_ms: int) -> dict[TopicPartition, list[Entry]]:
        """Fetch some."""
        tp = self._tp
        assert tp is not None, "assign comes first"
        limit, start = self.link.network.chance.choice((1, 3, 20, 500)), self._position
        uncommitted = not self._stable
        answer = await self.link.network.call(
            self.link.process, "fetch", lambda: self.link.broker.log(tp).read(start, limit, uncommitted=uncommitted)
        )
        self._position = answer.next
        return {tp: answer.records} if answer.records else {}
