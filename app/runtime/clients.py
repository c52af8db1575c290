"""Settings in, aiokafka's clients and their arguments out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from app.kafka_settings import KafkaSettings
from app.runtime.kafka_security import security_options
from app.runtime.legible import read_legibly


@dataclass(frozen=True, slots=True)
class Clients:
    """What makes the clients of partition tasks; takes aiokafka's arguments, gives what behaves like its clients."""

    producer: Callable[..., AIOKafkaProducer] = AIOKafkaProducer
    consumer: Callable[..., AIOKafkaConsumer] = AIOKafkaConsumer


def client_options(kafka: KafkaSettings) -> dict[str, Any]:
    """Say how any client of ours reaches the brokers; SegueError when a file of the settings cannot be used."""
    return {"bootstrap_servers": kafka.bootstrap_servers, **security_options(kafka)}


def committed_reader(kafka: KafkaSettings, max_wait_ms: int = 100) -> AIOKafkaConsumer:
    """Make a consumer of committed records, of nobody's group, that goes only where it is sent.

    `max_wait_ms`: so long the brokers may wait for records before they answer a fetch.
    """
    read_legibly()
    return AIOKafkaConsumer(
        **client_options(kafka),
        check_crcs=kafka.check_crcs,
        isolation_level="read_committed",
        auto_offset_reset="none",
        enable_auto_commit=False,
        fetch_max_wait_ms=max_wait_ms,
    )
