"""A right in, the thing done that it is for out: what the brokers say to it is raised."""

import asyncio
from typing import Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError
from aiokafka.errors import TransactionalIdAuthorizationFailed as IdRefused

from app.kafka_settings import KafkaSettings
from app.rights import Operation, Right
from app.runtime.clients import client_options, committed_reader

LIMIT_S: Final = 15.0
REFUSED: Final = (TopicAuthorizationFailedError, GroupAuthorizationFailedError, IdRefused)


async def attempt(kafka: KafkaSettings, right: Right, operation: Operation, input_topic: str) -> None:
    """Do it; raises one of REFUSED when the user may not."""
    async with asyncio.timeout(LIMIT_S):
        match right.kind, operation:
            case "topic", "Read":
                await _read(kafka, right.name)
            case "topic", "Write":
                await _write(kafka, right.name)
            case "group", "Read":
                await _join(kafka, right.name, input_topic)
            case "transactional-id", "Write":
                await _begin(kafka, f"{right.name}0" if right.prefixed else right.name)
            case _:
                raise NotImplementedError(right)


async def _read(kafka: KafkaSettings, topic: str) -> None:
    consumer = committed_reader(kafka)
    try:
        await consumer.start()
        tp = TopicPartition(topic, 0)
        consumer.assign([tp])
        consumer.seek(tp, 0)
        await consumer.getmany(timeout_ms=300)
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
    consumer = AIOKafkaConsumer(topic, **client_options(kafka), group_id=group, enable_auto_commit=False)
    try:
        await consumer.start()
        await consumer.getmany(timeout_ms=300)
    finally:
        await consumer.stop()


async def _begin(kafka: KafkaSettings, name: str) -> None:
    producer = AIOKafkaProducer(**client_options(kafka), transactional_id=name)
    try:
        await producer.start()
    finally:
        await producer.client.close()
