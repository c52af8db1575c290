"""A simulated worker: real partition tasks in a process that may stop anywhere, on a disk that outlives it."""

import asyncio
from collections.abc import Callable, Iterable
from functools import cache, partial

from prometheus_client import CollectorRegistry

from app.control.documents import compiled
from app.control.view import ControlView
from app.kafka_settings import KafkaSettings
from app.metrics import Metrics
from app.runtime.cadence import Cadence
from app.runtime.clients import Clients
from app.runtime.clocks import Clocks
from app.runtime.deployment import Deployment
from app.runtime.rules import Rules
from app.runtime.task import PartitionTask
from app.runtime.tasks import end_all
from app.runtime.workplace import Workplace
from app.settings import Settings, StateSettings, TransactionSettings
from schemas.control import PolicyRecord
from tests.simulation.broker import START_MS, Broker
from tests.simulation.clients import Consumer, Link, Producer
from tests.simulation.disks import Disk
from tests.simulation.network import Network
from tests.simulation.process import Process
from tests.simulation.source import SimulatedSource

SETTINGS = Settings(
    kafka=KafkaSettings(session_timeout_ms=1_000),
    state=StateSettings(unwritten_seconds=0.5),
    transactions=TransactionSettings(timeout_ms=1_000, records=20),
)

SourceMaker = Callable[[Link, tuple[str, ...], int, Callable[[], int]], SimulatedSource]
ProducerMaker = Callable[..., Producer]
ConsumerMaker = Callable[..., Consumer]


class Parts:
    """What a worker is built of; an ablation puts another part in the place of one."""

    source: SourceMaker = SimulatedSource
    consumer: ConsumerMaker = Consumer
    commit_interval: float = 0.05
    settings: Settings = SETTINGS

    @staticmethod
    def producer(link: Link, disk: Disk, **options: object) -> Producer:
        """Make a transactional producer of a process with this disk."""
        return Producer(link, **options)


class Worker:
    """One incarnation of a worker: its process lives once."""

    def __init__(
        self,
        process: Process,
        disk: Disk,
        network: Network,
        broker: Broker,
        *,
        partitions: int,
        policy: PolicyRecord,
        parts: type[Parts],
        refused: Callable[[BaseException], None],
    ) -> None:
        """`refused` hears of a task that cannot go on."""
        self.process, self.disk, self._refused, self._parts = process, disk, refused, parts
        self._loop = network.loop
        self.link = Link(process, network, broker)
        self.clocks = Clocks(lambda: START_MS / 1000 + self._loop.time() + process.wall_ahead, self._loop.time)
        self.view = ControlView()
        self.view.take(policy)
        self.view.confirmed(START_MS + 86_400_000)
        rules = Rules(self.view, scores=False)
        clients = Clients(partial(parts.producer, self.link, disk), partial(parts.consumer, self.link))
        self.deployment = Deployment(
            self._parts.settings, rules, partitions, disk, _metrics(policy), self.clocks, clients
        )
        self._outputs = {plan.name: plan.partitions or partitions for plan in SETTINGS.topics.plan()}
        topics = SETTINGS.topics
        single, shared = (topics.freezes, topics.budgets), (topics.dead_letters,)
        self.place = Workplace(partitions, self._outputs, 3, single, self.clocks, shared=shared)
        self._changing = asyncio.Lock()
        self._generation = 0
        self.tasks: dict[PartitionTask, asyncio.Task[None]] = {}
        self.sources: list[SimulatedSource] = []
        self._sources: list[SimulatedSource] = []
        self._started: list[asyncio.Task[None]] = []

    def assign(self, generation: int, partitions: Iterable[int]) -> asyncio.Task[None]:
        """Let the process close what it has and open these partitions, unless it hears of a later generation first."""
        self._generation = max(self._generation, generation)
        working = self._assign(generation, tuple(partitions))
        changing = self._loop.create_task(working, context=self.process.context())
        self._started.append(changing)
        return changing

    async def _assign(self, generation: int, partitions: tuple[int, ...]) -> None:
        async with self._changing:
            if generation < self._generation:
                return
            await self._close_all()
            self.place.tasks = max(1, len(partitions))
            cadence = Cadence(self._parts.commit_interval, 100, self._parts.settings.transactions.records)
            for partition in partitions:
                source = self._parts.source(self.link, SETTINGS.topics.inputs, partition, self.clocks.now)
                self.sources.append(source)
                self._sources.append(source)
                task = PartitionTask(self.deployment, source, self.place, cadence)
                running = asyncio.ensure_future(task.run())
                running.add_done_callback(self._ended)
                self.tasks[task] = running
                self._started.append(running)

    async def _close_all(self) -> None:
        """Do as PartitionTasks does."""
        running, self.tasks, self.sources = self.tasks, {}, []
        for task in running:
            task.close()
        await end_all(running.values())

    def _ended(self, running: "asyncio.Task[None]") -> None:
        error = None if running.cancelled() else running.exception()
        if error is not None:
            self._refused(error)

    def unwind(self) -> list[asyncio.Task[None]]:
        """End all that a dead process has left unfinished; the run is over."""
        unfinished = [task for task in self._started if not task.done()]
        unfinished += [s.fetching for s in self._sources if s.fetching is not None and not s.fetching.done()]
        for task in unfinished:
            task.cancel()
        return unfinished


@cache
def _metrics(policy: PolicyRecord) -> Metrics:
    """Nothing is decided by metrics: all runs count on the same ones."""
    return Metrics(CollectorRegistry(), compiled(policy))
