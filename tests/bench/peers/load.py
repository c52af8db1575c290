"""Numbers of orders and customers in, a shop's orders and the topics that they are on out."""

import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource

from schemas.topics import Topics
from tests.bench.broker import KEEP, QUIET, Broker
from tests.bench.orders import BEGIN, PARTITIONS, Order, partition_of
from tests.bench.rule import DAY_MS

SPAN_MS: Final = 180 * DAY_MS
"""Long enough that some customers decay between two orders."""
ONCE_SPAN_MS: Final = 60 * DAY_MS
"""Short enough that nobody who orders once decays."""
APPENDED: Final = {"message.timestamp.type": "LogAppendTime"}
"""The broker's own clock says when a move came, whatever the peer."""
BROKER_ID: Final = "1"
"""As deploy/kafka/start names its only one."""
READY_LIMIT_S: Final = 30.0
LEAST: Final = 6_000
"""With fewer orders too few of the last ones move anybody to tell how far a worker has come."""
PROBE_MINOR: Final = 5_000


@dataclass(frozen=True, slots=True)
class Load:
    """Orders under one prefix; with `once` every customer orders once, else ten, or what it comes to, on average."""

    prefix: str
    orders: int
    customers: int
    once: bool = False

    def topics(self, app_id: str) -> Topics:
        """Name the topics of an application that works on this load."""
        return Topics(self.prefix, app_id)

    def placed(self) -> Iterator[Order]:
        """Give the orders in the order of time, the same ones every time."""
        dice = random.Random(7)
        tick = self._span // self.orders
        for i in range(self.orders):
            customer = i if self.once else dice.randrange(self.customers)
            yield Order(f"o-{i:09d}", f"c-{customer:08d}", BEGIN + i * tick, dice.randrange(500, 20_000))

    def probes(self, number: int) -> list[Order]:
        """Give one order of a new customer for every partition, later than all others; each number has its own."""
        at = BEGIN + self._span + (number + 1) * 1_000
        found: dict[int, Order] = {}
        candidate = 0
        while len(found) < PARTITIONS:
            customer = f"p-{number:04d}-{candidate:03d}"
            order = Order(f"o-{customer}", customer, at, PROBE_MINOR)
            found.setdefault(partition_of(customer), order)
            candidate += 1
        return list(found.values())

    @property
    def _span(self) -> int:
        return ONCE_SPAN_MS if self.once else SPAN_MS


def part(load: Load, share: int) -> Load:
    """Give a load of so many times fewer orders and customers, each of whom orders as often."""
    if share == 1:
        return load
    prefix = load.prefix.removesuffix(".") + f"-{share}."
    orders = min(load.orders, max(LEAST, load.orders // share))
    return Load(prefix, orders, max(1, load.customers * orders // load.orders), load.once)


def deploy(broker: Broker, topics: Topics) -> None:
    """Create the topics of an application and wait until they work; those of its prefix may exist already."""
    plans = [(plan.name, {"cleanup.policy": plan.cleanup, **dict(plan.settings), **KEEP}) for plan in topics.plan()]
    broker.create(*((name, given | APPENDED if name == topics.transitions else given) for name, given in plans))
    limit = time.monotonic() + READY_LIMIT_S
    while not broker.lead(name for name, _ in plans):
        if time.monotonic() > limit:
            raise RuntimeError(f"topics of {topics.app_id} are not at work")
        time.sleep(0.1)


def fill(broker: Broker, load: Load) -> None:
    """Create a load's topics and put its orders there."""
    topics = load.topics("loading")
    deploy(broker, topics)
    broker.load(topics.orders, load.placed())
    written = broker.written(topics.orders)
    if written != load.orders:
        raise RuntimeError(f"{topics.orders}: {written:,} orders where {load.orders:,} were produced")


def keep_changelogs_whole(broker: Broker) -> None:
    """Let nothing be compacted where a topic does not ask for it.

    Kafka Streams and Quix Streams write rows with the orders' own time, which makes segments of a week each. The
    broker would compact them in the middle of a run, and what they have written could not be told any more.
    """
    the_broker = ConfigResource(ConfigResource.Type.BROKER, BROKER_ID)
    name, never = "log.cleaner.min.cleanable.ratio", "1.0"
    the_broker.add_incremental_config(ConfigEntry(name, never, incremental_operation=AlterConfigOpType.SET))
    admin = AdminClient({"bootstrap.servers": broker.bootstrap, **QUIET})
    for done in admin.incremental_alter_configs([the_broker]).values():
        done.result(30)


def send(broker: Broker, load: Load, orders: Iterable[Order]) -> None:
    """Put further orders on a load's topic."""
    broker.load(load.topics("loading").orders, orders)
