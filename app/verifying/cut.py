"""Positions of a running deployment in, per partition a cut at which outputs and state belong together out.

A transaction of a partition writes its rows (the last of them says how far it has come), its outputs and nothing else,
awaits every acknowledgement, and commits. While workers run, a cut is found by asking for the ends of logs:

1. the changelog is settled at C: its last stable offset, then its end, are both C;
2. each output is settled at E: its last stable offset, then its end, are both E;
3. the changelog still ends at C.

Then exactly the transactions whose rows lie before C have their outputs before E. One with rows before C is committed
by 1, so its outputs had been acknowledged, and lie before E. One with outputs before E is committed by 2, so its rows
had been acknowledged before 3, and lie before C. So no record that is published later counts as a difference, nor does
an order that a worker has not taken yet. A partition that commits at that moment is asked again: deciding takes longer
than committing.
"""

import asyncio
import time
from collections.abc import Collection
from typing import Final, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.runtime.errors import SegueError
from app.spans import Span
from schemas.topics import Topics

REST_SECONDS: Final = 60.0
PAUSE_SECONDS: Final = 0.013
"""No divisor of a usual commit interval."""


class Cut(NamedTuple):
    """What of a partition task belongs together."""

    partition: int
    changelog: Span
    transitions: Span
    rewards: Span


class Cutter:
    """Finds cuts, with one consumer that is told of committed records and one that is told of all."""

    def __init__(
        self, topics: Topics, counts: dict[str, int], committed: AIOKafkaConsumer, raw: AIOKafkaConsumer
    ) -> None:
        """`counts`: how many partitions each topic has."""
        self._topics = topics
        self._counts = counts
        self._committed = committed
        self._raw = raw

    async def cuts(self, partitions: Collection[int]) -> list[Cut]:
        """Give a cut of each partition; SegueError when one is never found at rest."""
        found: dict[int, Cut] = {}
        limit = time.monotonic() + REST_SECONDS
        while left := [partition for partition in partitions if partition not in found]:
            found |= await self._at_rest(left)
            if time.monotonic() > limit and len(found) < len(partitions):
                raise SegueError(_restless([partition for partition in partitions if partition not in found]))
            await asyncio.sleep(PAUSE_SECONDS)
        return [found[partition] for partition in partitions]

    async def _at_rest(self, partitions: Collection[int]) -> dict[int, Cut]:
        """Ask once; give the cuts of those partitions that were between two transactions meanwhile."""
        logs = {p: TopicPartition(self._topics.changelog, p) for p in partitions}
        outputs = {p: (self._place(self._topics.transitions, p), self._place(self._topics.rewards, p)) for p in logs}
        told = list({tp for pair in outputs.values() for tp in pair})
        rows = await self._settled(list(logs.values()))
        sent = await self._settled(told)
        after = await self._raw.end_offsets(list(logs.values()))
        begins = await self._committed.beginning_offsets([*logs.values(), *told])
        return {
            p: Cut(p, *(Span(tp, begins[tp], end) for tp, end in ((log, rows[log]), *((tp, sent[tp]) for tp in pair))))
            for (p, log), pair in zip(logs.items(), outputs.values(), strict=True)
            if log in rows and after[log] == rows[log] and all(tp in sent for tp in pair)
        }

    async def _settled(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Give the ends of those logs in which no transaction is open."""
        stable = await self._committed.end_offsets(tps)
        ends = await self._raw.end_offsets(tps)
        return {tp: end for tp, end in ends.items() if stable[tp] == end}

    def _place(self, topic: str, partition: int) -> TopicPartition:
        """Name where a task sends: an output may have fewer partitions than the inputs."""
        return TopicPartition(topic, partition % self._counts[topic])


def _restless(partitions: list[int]) -> str:
    named = ", ".join(map(str, partitions))
    return (
        f"for {REST_SECONDS:.0f} s no moment was found at which no transaction of partitions {named} was open. "
        "Operator action: try again when less is going on; if nothing is, a transaction hangs: kafka-transactions.sh "
        "find-hanging."
    )
