"""A deployment of its own for every test: its topics on the shared broker, and what the group has committed."""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar, get_args

from aiokafka.partitioner import murmur2
from confluent_kafka import (
    OFFSET_INVALID,
    Consumer,
    ConsumerGroupState,
    IsolationLevel,
    KafkaError,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._listoffsets import OffsetSpec
from confluent_kafka.cimpl import NewTopic

from schemas.topics import Feed, Topics
from tests.kafka.waiting import wait_for

T = TypeVar("T")
LIMIT_S = 30.0
SETTLING: Final = {
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError._ALL_BROKERS_DOWN,
    KafkaError._DESTROY_BROKER,  # it has left the metadata while it was asked
    KafkaError._TRANSPORT,
}
FEEDS: Final[tuple[Feed, ...]] = get_args(Feed)


@dataclass(frozen=True, slots=True)
class Shop:
    """Names, partitions and broker of one deployment."""

    bootstrap: str
    topics: Topics
    partitions: int

    def partition_of(self, customer_id: str) -> int:
        """Give the partition that Java's default partitioner chooses."""
        hashed: int = murmur2(customer_id.encode()) & 0x7FFFFFFF
        return hashed % self.partitions

    def topic(self, feed: Feed) -> str:
        """Name the topic that carries these facts."""
        return next(topic for topic, carried in self.topics.feeds.items() if carried == feed)

    def committed(self, feed: Feed = "orders") -> dict[int, int]:
        """Give the group's offset of every partition of an input; partitions without one are left out."""
        topic = self.topic(feed)
        return {tp.partition: tp.offset for tp in self._committed(topic)}

    def _committed(self, *topics: str) -> list[TopicPartition]:
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": self.topics.app_id})
        try:
            asked = [TopicPartition(topic, p) for topic in topics for p in range(self.partitions)]
            answer = _patiently(partial(consumer.committed, asked, timeout=LIMIT_S))
        finally:
            consumer.close()
        return [tp for tp in answer if tp.offset != OFFSET_INVALID]

    def ends(self, feed: Feed = "orders") -> dict[int, int]:
        """Give the end of every partition of an input."""
        topic = self.topic(feed)
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": f"{self.topics.app_id}-ends"})
        try:
            return {
                p: _patiently(partial(consumer.get_watermark_offsets, TopicPartition(topic, p), timeout=LIMIT_S))[1]
                for p in range(self.partitions)
            }
        finally:
            consumer.close()

    def worked(self) -> int:
        """Count the offsets of all inputs that transactions have committed."""
        return sum(tp.offset for tp in self._committed(*self.topics.inputs))

    def left(self) -> int:
        """Count the offsets of all inputs that no transaction has committed."""
        return sum(sum(self.ends(feed).values()) for feed in FEEDS) - self.worked()

    def open_transactions(self) -> set[int]:
        """Name the partitions in whose changelog rows stand that are neither committed nor aborted."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        changelog = [TopicPartition(self.topics.changelog, p) for p in range(self.partitions)]
        stable = _ends(admin, changelog, IsolationLevel.READ_COMMITTED)
        ends = _ends(admin, changelog, IsolationLevel.READ_UNCOMMITTED)
        return {partition for partition, end in ends.items() if stable[partition] < end}

    def wait_for_markers(self, topic: str, limit_s: float) -> None:
        """Wait until what a topic holds now is committed or aborted, or until time is up: what hangs never is."""
        admin, limit = AdminClient({"bootstrap.servers": self.bootstrap}), time.monotonic() + limit_s
        there = [TopicPartition(topic, p) for p in admin.list_topics(topic, timeout=LIMIT_S).topics[topic].partitions]
        ends = _ends(admin, there, IsolationLevel.READ_UNCOMMITTED)
        while time.monotonic() < limit:
            stable = _ends(admin, there, IsolationLevel.READ_COMMITTED)
            if all(stable[partition] >= end for partition, end in ends.items()):
                return
            time.sleep(0.1)

    def rebalances(self) -> bool:
        """Say whether the group gathers its members, or waits to hear who gets what."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        told = admin.describe_consumer_groups([self.topics.app_id])[self.topics.app_id].result(LIMIT_S)
        return told.state in (ConsumerGroupState.PREPARING_REBALANCING, ConsumerGroupState.COMPLETING_REBALANCING)

    def wait_until_worked(self, limit_s: float) -> None:
        """Wait until the group stands at the end of every partition of every input."""
        wait_for(lambda: self.left() == 0, limit_s, "the group at the end of the inputs", every_s=0.2)


def open_shop(bootstrap: str, partitions: int, counts: Mapping[str, int] | None = None) -> Shop:
    """Create a deployment's topics under names of its own; they keep records however old.

    `counts` gives topics another number of partitions, 0 leaves one out; it is asked by the end of a name.
    """
    name = f"t{uuid.uuid4().hex[:10]}"
    shop = Shop(bootstrap, Topics(f"{name}.", f"{name}-app"), partitions)
    create_topics(shop, counts or {})
    return shop


def create_topics(shop: Shop, counts: Mapping[str, int] = {}, only: str = "") -> None:
    """Create those of a deployment, or one of them, and wait until they are there."""
    plans = [plan for plan in shop.topics.plan() if only in ("", plan.name)]
    asked = {plan.name: _asked(plan.name, counts, plan.partitions or shop.partitions) for plan in plans}
    created = [
        NewTopic(plan.name, asked[plan.name], -1, config=_config(plan.cleanup, plan.settings))
        for plan in plans
        if asked[plan.name]
    ]
    admin = AdminClient({"bootstrap.servers": shop.bootstrap})
    for answer in admin.create_topics(created).values():
        answer.result(LIMIT_S)
    present = {topic.topic for topic in created}
    wait_for(lambda: present <= set(admin.list_topics(timeout=LIMIT_S).topics), LIMIT_S, "the topics")


def _ends(admin: AdminClient, asked: list[TopicPartition], isolation: IsolationLevel) -> dict[int, int]:
    """Give the end of each partition of one topic, or its last stable one."""
    latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]  # confluent-kafka has not typed it
    answers = admin.list_offsets(dict.fromkeys(asked, latest), isolation_level=isolation)
    return {tp.partition: answer.result(LIMIT_S).offset for tp, answer in answers.items()}


def _patiently(ask: Callable[[], T]) -> T:
    """Ask again while a broker that has just started finds its feet."""
    limit = time.monotonic() + LIMIT_S
    while True:
        try:
            return ask()
        except KafkaException as error:
            if error.args[0].code() not in SETTLING or time.monotonic() > limit:
                raise
            time.sleep(0.1)


def _asked(name: str, counts: Mapping[str, int], partitions: int) -> int:
    return next((count for end, count in counts.items() if name.endswith(end)), partitions)


def _config(cleanup: str, settings: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {"cleanup.policy": cleanup, "retention.ms": "-1", **dict(settings)}
