"""A load in, records of the input topics out: some stand in transactions of their producers, open for a while."""

import asyncio
from itertools import count
from typing import Literal

from aiokafka import TopicPartition

from app.partitioner import partition_of
from tests.simulation.broker import Broker
from tests.simulation.load import Load
from tests.simulation.log import Log, Transaction


class Feeder:
    """Writes what a shop tells when it tells it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, broker: Broker, load: Load, partitions: int) -> None:
        """Make the topics."""
        self._loop, self._broker, self._load, self._partitions = loop, broker, load, partitions
        for topic in load.topics.inputs:
            for partition in range(partitions):
                broker.log(TopicPartition(topic, partition))

    async def feed(self, seconds: float) -> None:
        """Write until an instant (seconds since the begin)."""
        chance, broker = self._load.chance, self._broker
        while self._loop.time() < seconds:
            await asyncio.sleep(chance.choice((0.002, 0.02, 0.1, 0.15)))
            topic, key, value = self._load.tell(broker.now())
            log = broker.log(TopicPartition(topic, partition_of(key, self._partitions)))
            kind = chance.random()
            if kind < 0.06:
                aborted = Transaction("of an input")
                log.append([(key, b"of a transaction that is aborted", [])], broker.now(), aborted)
                self._loop.call_later(chance.uniform(0, 0.3), _end, log, aborted, "aborted")
            held = Transaction("of an input") if kind > 0.95 else None
            log.append([(key, value, [])], broker.now(), held)
            if held is not None:
                self._loop.call_later(chance.uniform(0.01, 0.8), _end, log, held, "committed")

    def close(self) -> None:
        """End every log with a record that is at least as late as all others."""
        for partition in range(self._partitions):
            names = (f"closing-{n}" for n in count())
            customer = next(n for n in names if partition_of(n.encode(), self._partitions) == partition)
            for event in self._load.closing(self._broker.now(), customer):
                topic, key, value = self._load.told(event)
                log = self._broker.log(TopicPartition(topic, partition))
                log.append([(key, value, [])], self._broker.now())


def _end(log: Log, transaction: Transaction, outcome: Literal["committed", "aborted"]) -> None:
    transaction.outcome = outcome
    log.mark(transaction)
