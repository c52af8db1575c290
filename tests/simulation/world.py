"""A seed in, one run of a small fleet with its faults out: what happened, and what must not have happened."""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import ClassVar, Final

from aiokafka import TopicPartition

from app.control.first_policy import first_record
from schemas.control import PolicyRecord
from tests.simulation.broker import Broker
from tests.simulation.disks import Disk, Disks
from tests.simulation.faults import Faults
from tests.simulation.feeding import Feeder
from tests.simulation.invariants import disk_faults, violations
from tests.simulation.load import Load
from tests.simulation.log import Log
from tests.simulation.network import Network
from tests.simulation.process import Process
from tests.simulation.virtual_loop import NothingWillHappen, VirtualLoop
from tests.simulation.worker import SETTINGS, Parts, Worker

LOAD_SECONDS: Final = 2.0
MARKING_SECONDS: Final = 0.3
"""Within this, markers of the last transactions stand."""
LIVENESS_SECONDS: Final = 30.0
"""Within this, once no fault happens any more, everything must have been worked."""
OPERATOR_SECONDS: Final = 5.0
"""After so long without faults somebody ends what workers are not certain that they may end."""
POLICY = first_record(str(Path(__file__).with_name("policy.yaml")))


@dataclass(frozen=True, slots=True)
class Told:
    """The end of a run."""

    seed: int
    violations: list[str]
    lines: list[str]
    """What happened, in order."""
    digest: str
    """Of every byte in every log: equal runs have equal ones."""


@dataclass(eq=False)
class World:
    """One run; everything that is drawn is drawn from the seed."""

    policy: ClassVar[PolicyRecord] = POLICY
    settling_seconds: ClassVar[float] = 1.4
    """After so long without orders nothing is due any more, and clocks have come so far."""
    apart: ClassVar[frozenset[str]] = frozenset()
    """The reward rules that `more_violations` looks after."""
    seed: int
    disks: Disks
    parts: type[Parts] = Parts
    hear: Callable[[str], object] = lambda line: None
    """Is told at once what happens."""
    lines: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    workers: dict[str, Worker] = field(default_factory=dict)
    dead: list[Worker] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.loop = VirtualLoop(Random(self.chance.random()))
        around = copy_context()
        self.network = Network(self.loop, Random(self.chance.random()), around)
        self.broker = Broker(self.loop, Random(self.chance.random()), around)
        self.topics = SETTINGS.topics
        self.load = Load(Random(self.chance.random()), self.topics)
        self.partitions = self.chance.choice((1, 1, 2, 2, 3))
        self.names = [f"worker-{n}" for n in range(self.chance.choice((1, 2, 2, 3)))]
        self.store = {name: Disk(self.disks) for name in self.names}
        self.faults = Faults(self)
        self._generation = 0
        self.calm = False
        """Whether the liveness phase has begun."""

    def run(self) -> Told:
        """Live from begin to end."""
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self._live())
        except NothingWillHappen:
            self.found.append("liveness: everybody waits for somebody")
        finally:
            self._end()
        self.found += [f"simulation: {told}" for told in self.loop.raised]
        return Told(self.seed, self.found, self.lines, self.broker.digest())

    def say(self, what: str) -> None:
        """Note what happens."""
        self.lines.append(f"{self.loop.time():8.4f} {what}")
        self.hear(self.lines[-1])

    async def _live(self) -> None:
        self.say(f"{self.partitions} partitions, {len(self.names)} workers")
        feeding = Feeder(self.loop, self.broker, self.load, self.partitions)
        for name in self.names:
            self.start(name)
        self.begin_beside()
        self.rebalance("the begin")
        self.faults.schedule(LOAD_SECONDS)
        await feeding.feed(LOAD_SECONDS)
        self._calm_down()
        feeding.close()
        if not await self._converges():
            self.found.append(f"liveness: not worked off after {LIVENESS_SECONDS} s: {self._unworked()}")
            return
        await asyncio.gather(*(worker.assign(self._generation + 1, ()) for worker in self.workers.values()))
        await asyncio.sleep(MARKING_SECONDS)
        self._check()

    def begin_beside(self) -> None:
        """Begin what else lives at the brokers: nothing here."""

    def more_violations(self) -> list[str]:
        """Name what else must be true and is not."""
        return []

    def start(self, name: str) -> None:
        """Start a worker on its disk."""
        self.workers[name] = Worker(
            Process(name),
            self.store[name],
            self.network,
            self.broker,
            partitions=self.partitions,
            policy=self.policy,
            parts=self.parts,
            refused=lambda error: self.found.append(f"refused: {name}: {error!r}"),
        )

    def rebalance(self, why: str) -> None:
        """Give every partition to one of those who answer; each hears of it when it does."""
        there = [name for name, w in self.workers.items() if w.process.alive and not w.process.paused]
        if not there:
            return
        owners = {partition: self.chance.choice(there) for partition in range(self.partitions)}
        self._generation += 1
        self.say(f"rebalance for {why}: {owners}")
        for name in there:
            mine = [partition for partition, owner in owners.items() if owner == name]
            self.loop.call_later(self.chance.uniform(0, 0.1), self._assign, self.workers[name], self._generation, mine)

    @staticmethod
    def _assign(worker: Worker, generation: int, partitions: list[int]) -> None:
        if worker.process.alive:
            worker.assign(generation, partitions)

    def disks_hold(self, name: str) -> None:
        """Check one worker's stores."""
        told = disk_faults(self.store[name].copy(), self.changelog)
        self.found += [f"{fault}, of {name} at {self.loop.time():.4f}" for fault in told]

    def changelog(self, partition: int) -> Log:
        """Give the changelog of a partition."""
        return self.broker.log(TopicPartition(self.topics.changelog, partition))

    def _calm_down(self) -> None:
        """End all faults; whoever is away comes back."""
        self.say("calm")
        self.calm = True
        self.network.mishaps.clear()
        self.network.calm = True
        self.faults.lead()
        self.loop.call_later(OPERATOR_SECONDS, self.broker.end_hanging)
        for name, worker in list(self.workers.items()):
            worker.process.struck_at, worker.process.wall_ahead = -1, 0.0
            for source in worker.sources:
                source.astray.clear()
            if worker.process.paused:
                self.faults.resume(worker)
            if not worker.process.alive:
                self.start(name)
        self.rebalance("calm")

    async def _converges(self) -> bool:
        """Wait until all is worked and open, and has stayed so until nothing is due to the last customer."""
        until, since = self.loop.time() + LIVENESS_SECONDS, self.loop.time()
        while self.loop.time() - since < self.settling_seconds and not self.found:
            await asyncio.sleep(0.1)
            if self._unworked() or self._closed():
                since = self.loop.time()
            if since > until:
                return False
        self.say("all is worked")
        return True

    def _closed(self) -> bool:
        """Whether some partition has no task that is open, or more than one."""
        return sum(task.open for worker in self.workers.values() for task in worker.tasks) != self.partitions

    def _unworked(self) -> list[TopicPartition]:
        tps = [TopicPartition(topic, p) for topic in self.topics.inputs for p in range(self.partitions)]
        return [tp for tp in tps if self.broker.offsets.get(tp) != self.broker.log(tp).end]

    def _check(self) -> None:
        for name in self.names:
            self.disks_hold(name)
        punctual = not self.faults.jumped
        self.found += violations(
            self.broker, self.load, self.topics, self.partitions, punctual=punctual, apart=self.apart
        )
        self.found += self.more_violations()

    def _end(self) -> None:
        """Unwind what the dead have left, and give the disks back."""
        everybody = [*self.dead, *self.workers.values()]
        for worker in everybody:
            worker.process.struck_at, worker.process.paused = -1, False
            worker.link.process = Process("unwinding", alive=False)
            worker.process.alive = True
            self.loop.go_on(worker.process)
        while unfinished := [task for worker in everybody for task in worker.unwind()]:
            self.loop.run_until_complete(asyncio.wait(unfinished, timeout=1))  # wait_for swallows some cancellations
        asyncio.set_event_loop(None)
        self.loop.close()
        for disk in self.store.values():
            disk.give_back()
