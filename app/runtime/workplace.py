"""What the tasks of a worker share besides the deployment: leases, transaction budget, clock, ways to partitions."""

import asyncio
import itertools
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from aiokafka import TopicPartition

from app.partitioner import partition_of
from app.runtime.clocks import Clocks
from app.runtime.passing_time import WALKS, PassingTime
from app.runtime.wall_clock import WallClock, reader

BUSY_SECONDS: Final = 0.2
"""A task that began a transaction this recently counts as busy."""


class Workplace:
    """Numbers leases and knows how many tasks are busy."""

    def __init__(
        self,
        inputs: int,
        outputs: Mapping[str, int],
        in_flight: int,
        single: Collection[str],
        clocks: Clocks = Clocks(),  # noqa: B008  # frozen
        *,
        shared: Collection[str] = (),
    ) -> None:
        """`single`: topics of which only partition 0 is used, however many there are; `shared`: not of tasks alone."""
        self._inputs = inputs
        self._single = frozenset(single)
        self._shared = self._single | frozenset(shared)
        self._outputs = outputs
        self.steady = clocks.steady
        """Give seconds that only go on."""
        self._leases = itertools.count(1)
        self._begins: dict[int, float] = {}
        self.tasks = 1
        self.in_flight = asyncio.Semaphore(in_flight)
        self.wall_clock = WallClock(reader(clocks))
        self.passing_time = PassingTime(lambda: self.busy)
        self.walking = PassingTime(lambda: self.busy, WALKS)

    def next_lease(self) -> int:
        """Give a number that no lease of this worker has had."""
        return next(self._leases)

    def begun(self, partition: int, at: float) -> None:
        """Note the begin of a transaction (monotonic seconds)."""
        self._begins[partition] = at

    def last_begin(self, partition: int) -> float:
        """Give the last begin of a partition's transactions (monotonic seconds)."""
        return self._begins.get(partition, 0.0)

    @property
    def busy(self) -> int:
        """How many tasks share the transaction budget now."""
        since = self.steady() - BUSY_SECONDS
        return sum(at > since for at in self._begins.values())

    def partition_of(self, key: bytes) -> int:
        """Give the partition that Java's default partitioner chooses for a key."""
        return partition_of(key, self._inputs)

    def route(self, topic: str, partition: int) -> TopicPartition:
        """Give the partition of an output topic; all records of a customer go to the same one.

        Where an output has as many partitions as the inputs, or a divisor of them, it is murmur2's choice too.
        """
        return TopicPartition(topic, 0 if topic in self._single else partition % self._outputs[topic])

    def outputs(self, topics: Iterable[str], partition: int) -> dict[str, TopicPartition]:
        """Give the partitions of those of these output topics that are there."""
        return {topic: self.route(topic, partition) for topic in topics if self._outputs.get(topic)}

    def is_alone(self, topic: str) -> bool:
        """Whether a partition of this output has records of one input partition only, and of nobody else."""
        return topic not in self._shared and self._outputs[topic] >= self._inputs
