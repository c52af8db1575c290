"""What the bench asks of a broker: topics, orders on them, how far a group has come, what has been published."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final

import msgspec
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from schemas.topics import Topics
from tests.bench.expectation import Transition
from tests.bench.orders import PARTITIONS, Order, partition_of, wire

KEEP: Final = {"retention.ms": "-1"}
"""Orders carry the time at which they were placed: by default the broker deletes such history at once."""
READ: Final = {"enable.auto.commit": False, "auto.offset.reset": "error"}
QUIET: Final = {"log_level": 0}
"""The broker is stopped before its clients are: that is no news."""
PATIENCE_S: Final = 20.0
Offsets = dict[int, int]


class Told(msgspec.Struct, rename={"from_segment": "from"}):
    """What the bench reads of a published transition."""

    customer_id: str
    from_segment: str | None
    to: str
    effective_at: int
    cause: dict[str, str]


class Broker:
    """One broker by its address."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap
        self._admin = AdminClient({"bootstrap.servers": bootstrap, **QUIET})
        self._asking = Consumer({"bootstrap.servers": bootstrap, "group.id": "bench-asking", **QUIET})

    def deploy(self, topics: Topics) -> None:
        """Create the topics of a Segue deployment; what several of them share may exist already."""
        plans = [(plan.name, {"cleanup.policy": plan.cleanup, **dict(plan.settings)}) for plan in topics.plan()]
        self.create(*((name, settings | KEEP) for name, settings in plans))

    def create(self, *wanted: tuple[str, dict[str, str]]) -> None:
        """Create topics, each with its settings."""
        there = self._admin.list_topics(timeout=10).topics
        new = [NewTopic(name, PARTITIONS, 1, config=settings) for name, settings in wanted if name not in there]
        for done in self._admin.create_topics(new).values() if new else ():
            done.result(30)

    def names(self) -> set[str]:
        """Name all topics."""
        return set(self._admin.list_topics(timeout=10).topics)

    def lead(self, names: Iterable[str]) -> bool:
        """Tell whether every partition of these topics is at work; a client that asks earlier may remember too few."""
        there = self._admin.list_topics(timeout=10).topics
        found = [there[name].partitions.values() if name in there else () for name in names]
        return all(len(of) == PARTITIONS and all(one.leader >= 0 for one in of) for of in found)

    def delete(self, names: Iterable[str]) -> None:
        """Delete topics with all that is on them."""
        unwanted = list(names)
        for done in self._admin.delete_topics(unwanted).values() if unwanted else ():
            done.result(30)

    def load(self, topic: str, placed: Iterable[Order]) -> int:
        """Produce orders with their own time; gives the mean size of a value in bytes."""
        # Idempotent, for a batch that is sent again must not come after the one behind it.
        settings: dict[str, Any] = {"bootstrap.servers": self.bootstrap, "linger.ms": 20, "enable.idempotence": True}
        producer = Producer({**settings, "queue.buffering.max.messages": 1_000_000, **QUIET})
        refused: list[KafkaError] = []

        def told(error: KafkaError | None, _: Message) -> None:
            if error is not None:
                refused.append(error)

        count = size = 0
        for order in placed:
            value = wire(order)
            where = partition_of(order.customer)
            producer.produce(topic, value, order.customer, partition=where, timestamp=order.at, on_delivery=told)
            count, size = count + 1, size + len(value)
            if count % 1_000 == 0:
                producer.poll(0)
        if producer.flush(120) or refused:
            raise RuntimeError(f"the orders could not be produced: {refused[:1]}")
        return round(size / max(1, count))

    def ends(self, topic: str) -> Offsets:
        """Give the end of every partition."""
        return {partition: _patiently(partial(self._end, topic, partition)) for partition in range(PARTITIONS)}

    def _end(self, topic: str, partition: int) -> int:
        _, end = self._asking.get_watermark_offsets(TopicPartition(topic, partition), 10)
        return end

    def written(self, topic: str) -> int:
        """Count what has been written to a topic; 0 while it does not exist."""
        if topic not in self._admin.list_topics(timeout=10).topics:
            return 0
        return sum(self.ends(topic).values())

    def progress(self, group: str, topic: str) -> Callable[[], int]:
        """Give a way to count the records of a topic that a group has committed, which never joins the group."""
        member = Consumer({"bootstrap.servers": self.bootstrap, "group.id": group, **READ, **QUIET})
        asked = [TopicPartition(topic, p) for p in range(PARTITIONS)]

        def committed() -> int:
            return sum(max(0, tp.offset) for tp in member.committed(asked, timeout=10))

        return lambda: _patiently(committed)

    def reader(self, topic: str, since: Offsets) -> Consumer:
        """Open a read_committed consumer of all partitions."""
        consumer = Consumer(
            {"bootstrap.servers": self.bootstrap, "group.id": "bench-reader", "isolation.level": "read_committed"}
            | {"fetch.wait.max.ms": 100, "enable.partition.eof": True}
            | READ
            | QUIET
        )
        consumer.assign([TopicPartition(topic, p, since.get(p, 0)) for p in range(PARTITIONS)])
        return consumer

    def published(self, topic: str, since: Offsets) -> "Counter[Transition]":
        """Read all transitions committed since."""
        found: Counter[Transition] = Counter()
        decode = msgspec.json.Decoder(Told).decode
        for message in self.records(topic, since):
            told = decode(message.value() or b"")
            found[told.customer_id, told.from_segment, told.to, told.effective_at] += 1
        return found

    def records(self, topic: str, since: Offsets) -> Iterator[Message]:
        """Read all records committed since, up to the end of every partition."""
        consumer = self.reader(topic, since)
        unread = set(range(PARTITIONS))
        try:
            while unread:
                for message in consumer.consume(10_000, 0.5):
                    if at_end(message):
                        unread.discard(message.partition() or 0)
                    else:
                        yield message
        finally:
            consumer.close()


def _patiently(ask: Callable[[], int]) -> int:
    """Ask again while a broker is still busy with a new topic or group."""
    limit = time.monotonic() + PATIENCE_S
    while True:
        try:
            return ask()
        except KafkaException:
            if time.monotonic() > limit:
                raise
            time.sleep(0.1)


def at_end(message: Message) -> bool:
    """Tell whether a message only says that a partition has no more; RuntimeError for any other trouble."""
    error = message.error()
    if error is None:
        return False
    if error.code() == KafkaError._PARTITION_EOF:
        return True
    raise RuntimeError(str(error))
