"""Settings in, aiokafka's clients and their arguments out."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from app.settings import KafkaSettings


@dataclass(frozen=True, slots=True)
class Clients:
    """What makes the clients of partition tasks; takes aiokafka's arguments, gives what behaves like its clients."""

    producer: Callable[..., AIOKafkaProducer] = AIOKafkaProducer
    consumer: Callable[..., AIOKafkaConsumer] = AIOKafkaConsumer


def client_options(kafka: KafkaSettings) -> dict[str, Any]:
    """Say how any client of ours reaches the brokers.

    SASL without an SSL context would silently be plaintext: the protocol is always named.
    """
    options: dict[str, Any] = {
        "bootstrap_servers": kafka.bootstrap_servers,
        "security_protocol": kafka.security_protocol,
    }
    if kafka.security_protocol.endswith("SSL"):
        options["ssl_context"] = tls_context(kafka)
    if kafka.security_protocol.startswith("SASL"):
        options["sasl_mechanism"] = kafka.sasl_mechanism
        options["sasl_plain_username"] = kafka.sasl_username
        password = kafka.sasl_password
        options["sasl_plain_password"] = password.get_secret_value() if password else None
    return options


def committed_reader(kafka: KafkaSettings, max_wait_ms: int = 100) -> AIOKafkaConsumer:
    """Make a consumer of committed records, of nobody's group, that goes only where it is sent.

    `max_wait_ms`: so long the brokers may wait for records before they answer a fetch.
    """
    return AIOKafkaConsumer(
        **client_options(kafka),
        check_crcs=kafka.check_crcs,
        isolation_level="read_committed",
        auto_offset_reset="none",
        enable_auto_commit=False,
        fetch_max_wait_ms=max_wait_ms,
    )


def tls_context(kafka: KafkaSettings) -> ssl.SSLContext:
    """Trust the given authorities, or the system's; host names are checked."""
    return ssl.create_default_context(cafile=str(kafka.ssl_cafile) if kafka.ssl_cafile else None)
