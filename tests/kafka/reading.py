"""A topic in, everything that is committed in it out."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

from tests.kafka.shop import Shop

LIMIT_S: Final = 90.0
MARKERS_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Read:
    """One record as a consumer of committed records sees it."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int
    headers: tuple[tuple[str, bytes | None], ...]

    @property
    def payload(self) -> dict[str, Any]:
        assert self.value is not None
        read: dict[str, Any] = orjson.loads(self.value)
        return read

    def header(self, name: str) -> str:
        """Give the one header of that name."""
        (value,) = [value for key, value in self.headers if key == name]
        assert value is not None
        return value.decode()


def read_all(shop: Shop, topic: str, isolation: str = "read_committed") -> list[Read]:
    """Read a topic as `read_now` does, where markers have come: they do so after the answer to a commit.

    What stands there now is waited for, unless its transaction hangs.
    """
    if isolation == "read_committed":
        shop.wait_for_markers(topic, MARKERS_S)
    return read_now(shop, topic, isolation)


def read_now(shop: Shop, topic: str, isolation: str = "read_committed") -> list[Read]:
    """Read every partition from its beginning to its (last stable) end; in the order of the log per partition."""
    consumer = new_consumer(shop, isolation)
    try:
        partitions = consumer.list_topics(topic, timeout=30).topics[topic].partitions
        consumer.assign([TopicPartition(topic, p, OFFSET_BEGINNING) for p in partitions])
        return list(_until_ends(consumer, len(partitions)))
    finally:
        consumer.close()


def new_consumer(shop: Shop, isolation: str = "read_committed") -> Consumer:
    """Start a consumer of nobody's group that tells where partitions end."""
    return Consumer(
        {
            "bootstrap.servers": shop.bootstrap,
            "group.id": f"{shop.topics.app_id}-audit",
            "isolation.level": isolation,
            "enable.auto.commit": False,
            "auto.offset.reset": "error",
            "enable.partition.eof": True,
            "fetch.max.bytes": 16 * 1024 * 1024,
        }
    )


def read_until(shop: Shop, topic: str, enough: Callable[[list[Read]], bool], limit_s: float) -> list[Read]:
    """Follow a topic until what has come is enough; AssertionError when time is up."""
    consumer, limit = new_consumer(shop), time.monotonic() + limit_s
    came: list[Read] = []
    try:
        partitions = consumer.list_topics(topic, timeout=30).topics[topic].partitions
        consumer.assign([TopicPartition(topic, p, OFFSET_BEGINNING) for p in partitions])
        while not enough(came):
            assert time.monotonic() < limit, f"{topic}: not enough within {limit_s:.0f} s, only {len(came)} records"
            came += [_read(message) for message in consumer.consume(500, timeout=0.2) if message.error() is None]
        return came
    finally:
        consumer.close()


def _until_ends(consumer: Consumer, partitions: int) -> Iterator[Read]:
    limit, ended = time.monotonic() + LIMIT_S, 0
    while ended < partitions:
        assert time.monotonic() < limit, "a topic that does not end"
        for message in consumer.consume(10_000, timeout=0.5):
            error = message.error()
            if error is None:
                yield _read(message)
            else:
                assert error.code() == KafkaError._PARTITION_EOF, error
                ended += 1


def _read(message: Any) -> Read:
    return Read(
        message.partition(),
        message.offset(),
        message.key(),
        message.value(),
        message.timestamp()[1],
        tuple(message.headers() or ()),
    )
