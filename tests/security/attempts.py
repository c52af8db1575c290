"""A right in, the thing done that it is for out: what the brokers say to it is raised. Topics have a record to read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    for_code,
)
from aiokafka.errors import TransactionalIdAuthorizationFailed as IdRefused

from app.kafka_settings import KafkaSettings
from app.rights import Operation, Right
from app.runtime.clients import client_options, committed_reader
from app.topic_altering import AlterRequest
from app.topic_settings import Change

LIMIT_S: Final = 20.0
LIMIT_MS: Final = 10_000
REFUSED: Final = (
    TopicAuthorizationFailedError,
    GroupAuthorizationFailedError,
    IdRefused,
    ClusterAuthorizationFailedError,
)


async def attempt(kafka: KafkaSettings, right: Right, operation: Operation, input_topic: str) -> None:
    """Do it; raises one of REFUSED when the user may not."""
    named = f"{right.name}0" if right.prefixed else right.name
    async with asyncio.timeout(LIMIT_S):
        match right.kind, operation:
            case "topic", "Read":
                await _read(kafka, named)
            case "topic", "Write":
                await _write(kafka, named)
            case "group", "Read":
                await _join(kafka, named, input_topic)
            case "topic", "Describe":
                await _see(kafka, right.name)
            case "topic", "Create":
                await _create(kafka, named)
            case "topic", "AlterConfigs":
                await _alter(kafka, right.name)
            case (("topic" | "cluster"), "DescribeConfigs"):
                await _look_into(kafka, right)
            case "transactional-id", "Write":
                await _begin(kafka, named)
            case _:
                raise NotImplementedError(right)


async def _read(kafka: KafkaSettings, topic: str) -> None:
    consumer = committed_reader(kafka)
    try:
        await consumer.start()
        tp = TopicPartition(topic, 0)
        consumer.assign([tp])
        consumer.seek(tp, 0)
        assert await consumer.getmany(timeout_ms=LIMIT_MS)
    finally:
        await consumer.stop()


async def _write(kafka: KafkaSettings, topic: str) -> None:
    producer = AIOKafkaProducer(**client_options(kafka))
    try:
        await producer.start()
        await producer.send_and_wait(topic, b"", partition=0)
    finally:
        await producer.stop()


async def _join(kafka: KafkaSettings, group: str, topic: str) -> None:
    options = client_options(kafka) | {"group_id": group, "auto_offset_reset": "earliest"}
    consumer = AIOKafkaConsumer(topic, **options, enable_auto_commit=False)
    try:
        await consumer.start()
        assert await consumer.getmany(timeout_ms=LIMIT_MS)
    finally:
        await consumer.stop()


@asynccontextmanager
async def _admin(kafka: KafkaSettings) -> AsyncIterator[Any]:
    admin = AIOKafkaAdminClient(**client_options(kafka))
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


def _judge(code: int, name: str) -> None:
    if code:
        raise for_code(code)(name)


async def _see(kafka: KafkaSettings, topic: str) -> None:
    async with _admin(kafka) as admin:
        (described,) = await admin.describe_topics([topic])
        _judge(described["error_code"], topic)


async def _create(kafka: KafkaSettings, topic: str) -> None:
    """It is there: who may not create it is refused before that is told."""
    async with _admin(kafka) as admin:
        ((_, code, _),) = (await admin.create_topics([NewTopic(topic, 1, 1)])).topic_errors
        _judge(0 if code == TopicAlreadyExistsError.errno else code, topic)


async def _alter(kafka: KafkaSettings, topic: str) -> None:
    async with _admin(kafka) as admin:
        change = Change("retention.ms", None, "-1")
        ((code, *_),) = (await admin._send_to_controller(AlterRequest({topic: [change]}))).responses
        _judge(code, topic)


async def _look_into(kafka: KafkaSettings, right: Right) -> None:
    async with _admin(kafka) as admin:
        of_topic = ConfigResource(ConfigResourceType.TOPIC, right.name)
        node = (await admin.describe_cluster())["brokers"][0]["node_id"]
        of_broker = ConfigResource(ConfigResourceType.BROKER, str(node))
        (answer,) = await admin.describe_configs([of_topic if right.kind == "topic" else of_broker])
        _judge(answer.resources[0][0], right.name)


async def _begin(kafka: KafkaSettings, name: str) -> None:
    producer = AIOKafkaProducer(**client_options(kafka), transactional_id=name)
    try:
        await producer.start()
    finally:
        await producer.client.close()
