"""The inputs of a partition, fetched from the simulated log: runs under leases, ends of logs; some runs go astray."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from functools import partial

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from agents.run import LogEnd
from app.runtime.leases import Lease, LeasedRun
from app.runtime.source import PartitionSource
from tests.simulation.clients import Link
from tests.simulation.log import Answer, Entry
from tests.simulation.network import Request

FETCH_RECORDS = 8
POLL_SECONDS = 0.1


class SimulatedSource(PartitionSource):
    """Partition p of every input topic, as PartitionSource gives it over Faust's consumer."""

    def __init__(self, link: Link, inputs: tuple[str, ...], partition: int, now: Callable[[], int]) -> None:
        """`now`: the wall clock of the process, epoch ms."""
        self.link, self.partition, self.now = link, partition, now
        self.topics = {topic: TopicPartition(topic, partition) for topic in inputs}
        self.log_ends: dict[str, LogEnd] = {}
        self.positions: dict[str, int] = {}
        self.astray: list[str] = []
        """What becomes of the next runs: `lost`, `repeated` or `late`."""
        self._paused = set[str]()
        self.fetching: asyncio.Task[None] | None = None

    async def committed(self) -> dict[str, int | None]:
        return await self._ask("ask", self._offsets)

    def _offsets(self) -> dict[str, int | None]:
        return {topic: self.link.broker.offsets.get(tp) for topic, tp in self.topics.items()}

    async def beginnings(self) -> dict[str, int]:
        return dict.fromkeys(self.topics, 0)

    async def begin(self, positions: Mapping[str, int], lease: Lease) -> None:
        self.positions, self.log_ends = dict(positions), {}
        self._paused.clear()
        self.fetching = asyncio.ensure_future(self._fetch(lease))

    def pause(self, topics: Collection[str]) -> None:
        self._paused.update(topics)

    def resume(self, topics: Collection[str]) -> None:
        self._paused.difference_update(topics)

    def log_end(self, topic: str) -> LogEnd | None:
        return self.log_ends.get(topic)

    async def _ask(self, kind: Request, act: Callable[[], dict[str, int | None]]) -> dict[str, int | None]:
        return await self.link.network.call(self.link.process, kind, act)

    async def _fetch(self, lease: Lease) -> None:
        chance = self.link.network.chance
        while lease.live:
            came = False
            positions = {topic: at for topic, at in self.positions.items() if topic not in self._paused}
            if positions:
                asked_at = self.now()
                try:
                    answers = await self.link.network.call(self.link.process, "fetch", partial(self._read, positions))
                except KafkaError:
                    await asyncio.sleep(POLL_SECONDS)
                    continue
                for topic, answer in answers.items() if lease.live else ():
                    came |= self._take(topic, answer, asked_at, lease)
            await asyncio.sleep(chance.uniform(0, 0.01 if came else 1.5 * POLL_SECONDS))

    def _read(self, positions: Mapping[str, int]) -> dict[str, Answer]:
        chance, log = self.link.network.chance, self.link.broker.log
        topics = list(positions)
        chance.shuffle(topics)
        return {t: log(self.topics[t]).read(positions[t], chance.randint(1, FETCH_RECORDS)) for t in topics}

    def _take(self, topic: str, answer: Answer, asked_at: int, lease: Lease) -> bool:
        end = self.log_ends[topic] = LogEnd(answer.stable_end, asked_at, answer.end)
        start = self.positions[topic]
        if answer.next <= start:
            return False
        self.positions[topic] = answer.next
        self._hand_over(self.run(topic, answer.records, (start, answer.next), lease, end))
        return True

    def run(
        self, topic: str, records: list[Entry], covers: tuple[int, int], lease: Lease, log_end: LogEnd
    ) -> LeasedRun:
        """Make a run of what was fetched."""
        return LeasedRun(topic, self.partition, records, *covers, lease, log_end)

    def _hand_over(self, run: LeasedRun) -> None:
        mishap = self.astray.pop() if self.astray else ""
        if mishap != "lost":
            late = self.link.network.chance.uniform(0.03, 0.3) if mishap == "late" else 0.0
            asyncio.get_running_loop().call_later(late, run.hand_over)
        if mishap == "repeated":
            asyncio.get_running_loop().call_later(self.link.network.chance.uniform(0, 0.1), run.hand_over)
