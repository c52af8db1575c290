"""Settings in, the arguments of aiokafka's clients out."""

import ssl
from typing import Any

from app.settings import KafkaSettings


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


def tls_context(kafka: KafkaSettings) -> ssl.SSLContext:
    """Trust the given authorities, or the system's; host names are checked."""
    return ssl.create_default_context(cafile=str(kafka.ssl_cafile) if kafka.ssl_cafile else None)
