"""A deployment of its own for every test: its topics on the shared broker, and what the group has committed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from aiokafka.partitioner import murmur2
from confluent_kafka import OFFSET_INVALID, Consumer, IsolationLevel, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._listoffsets import OffsetSpec
from confluent_kafka.cimpl import NewTopic

from schemas.topics import Topics
from tests.kafka.waiting import wait_for

LIMIT_S = 30.0


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

    def committed(self) -> dict[int, int]:
        """Give the group's offset of every partition of the orders; partitions without one are left out."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": self.topics.app_id})
        try:
            asked = [TopicPartition(self.topics.orders, p) for p in range(self.partitions)]
            answer = consumer.committed(asked, timeout=LIMIT_S)
        finally:
            consumer.close()
        return {tp.partition: tp.offset for tp in answer if tp.offset != OFFSET_INVALID}

    def ends(self) -> dict[int, int]:
        """Give the end of every partition of the orders."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": f"{self.topics.app_id}-ends"})
        try:
            return {
                p: consumer.get_watermark_offsets(TopicPartition(self.topics.orders, p), timeout=LIMIT_S)[1]
                for p in range(self.partitions)
            }
        finally:
            consumer.close()

    def left(self) -> int:
        """Count the offsets of the orders that no transaction has committed."""
        committed = self.committed()
        return sum(end - committed.get(p, 0) for p, end in self.ends().items())

    def open_transactions(self) -> set[int]:
        """Name the partitions in whose changelog rows stand that are neither committed nor aborted."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]  # confluent-kafka has not typed it
        asked = {TopicPartition(self.topics.changelog, p): latest for p in range(self.partitions)}
        stable = admin.list_offsets(asked, isolation_level=IsolationLevel.READ_COMMITTED)
        ends = admin.list_offsets(asked, isolation_level=IsolationLevel.READ_UNCOMMITTED)
        return {tp.partition for tp in asked if stable[tp].result(LIMIT_S).offset < ends[tp].result(LIMIT_S).offset}

    def wait_until_worked(self, limit_s: float) -> None:
        """Wait until the group stands at the end of every partition."""
        wait_for(lambda: self.left() == 0, limit_s, "the group at the end of the orders", every_s=0.2)


def open_shop(bootstrap: str, partitions: int, counts: Mapping[str, int] | None = None) -> Shop:
    """Create a deployment's topics under names of its own; they keep records however old.

    `counts` gives topics another number of partitions, 0 leaves one out; it is asked by the end of a name.
    """
    name = f"t{uuid.uuid4().hex[:10]}"
    shop = Shop(bootstrap, Topics(f"{name}.", f"{name}-app"), partitions)
    asked = {plan.name: _asked(plan.name, counts or {}, partitions) for plan in shop.topics.plan()}
    created = [
        NewTopic(plan.name, asked[plan.name], 1, config=_config(plan.cleanup, plan.settings))
        for plan in shop.topics.plan()
        if asked[plan.name]
    ]
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for answer in admin.create_topics(created).values():
        answer.result(LIMIT_S)
    present = {topic.topic for topic in created}
    wait_for(lambda: present <= set(admin.list_topics(timeout=LIMIT_S).topics), LIMIT_S, "the topics")
    return shop


def _asked(name: str, counts: Mapping[str, int], partitions: int) -> int:
    return next((count for end, count in counts.items() if name.endswith(end)), partitions)


def _config(cleanup: str, settings: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return {"cleanup.policy": cleanup, "retention.ms": "-1", **dict(settings)}
