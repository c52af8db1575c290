"""Both brokers take a transaction and give it back; only Apache Kafka fences."""

import asyncio
import uuid
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import ProducerFenced

from tests.brokers.apache import ApacheKafka

LIMIT_S = 30.0


async def create(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, num_partitions=4, replication_factor=1)])
    finally:
        await admin.close()


async def write(bootstrap: str, topic: str, values: list[bytes]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=f"{topic}-writer")
    await producer.start()
    try:
        async with producer.transaction():
            for value in values:
                await producer.send_and_wait(topic, value, partition=0)
    finally:
        await producer.stop()


async def read(bootstrap: str, topic: str, count: int, *, check_crcs: bool = True) -> list[bytes]:
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=f"{topic}-{uuid.uuid4().hex[:8]}",
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        check_crcs=check_crcs,
    )
    await consumer.start()
    try:
        async with asyncio.timeout(LIMIT_S):
            return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()


async def fence(bootstrap: str, topic: str) -> None:
    def producer() -> AIOKafkaProducer:
        return AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=f"{topic}-owner")

    older, newer = producer(), producer()
    try:
        await older.start()
        await older.begin_transaction()
        await older.send_and_wait(topic, b"older", partition=0)
        await newer.start()
        with pytest.raises(ProducerFenced):
            await older.commit_transaction()
        async with newer.transaction():
            await newer.send_and_wait(topic, b"newer", partition=0)
    finally:
        await older.stop()
        await newer.stop()


@pytest.fixture
def topic() -> str:
    return f"brokers-{uuid.uuid4().hex[:8]}"


@pytest.mark.kafka
def test_apache_reads_back_a_transaction(apache_kafka: str, topic: str) -> None:
    asyncio.run(create(apache_kafka, topic))
    asyncio.run(write(apache_kafka, topic, [b"one", b"two"]))
    assert asyncio.run(read(apache_kafka, topic, 2)) == [b"one", b"two"]


@pytest.mark.kafka
def test_apache_fences_the_older_producer(apache_kafka: str, topic: str) -> None:
    asyncio.run(create(apache_kafka, topic))
    asyncio.run(fence(apache_kafka, topic))
    assert asyncio.run(read(apache_kafka, topic, 1)) == [b"newer"]


@pytest.mark.kafka
def test_apache_keeps_what_was_committed_before_a_kill(
    apache_broker: type[ApacheKafka], tmp_path: Path, topic: str
) -> None:
    broker = apache_broker(tmp_path)
    broker.start()
    try:
        asyncio.run(create(broker.bootstrap, topic))
        asyncio.run(write(broker.bootstrap, topic, [b"kept", b"too"]))
        assert asyncio.run(read(broker.bootstrap, topic, 1)) == [b"kept"]
        broker.kill()
        broker.restart()
        assert asyncio.run(read(broker.bootstrap, topic, 2)) == [b"kept", b"too"]
    finally:
        broker.stop()


def test_embedded_reads_back_a_transaction(embedded_broker: str, topic: str) -> None:
    asyncio.run(write(embedded_broker, topic, [b"one", b"two"]))
    assert asyncio.run(read(embedded_broker, topic, 2, check_crcs=False)) == [b"one", b"two"]
