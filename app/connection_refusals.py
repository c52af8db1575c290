"""Brokers that cannot be spoken to in, the reason in an operator's words out; None when it is only that nobody answers.

aiokafka says "unable to bootstrap" of all of them; here the same connection is tried once more, and its error is read.
"""

import ssl
from collections.abc import Iterable
from typing import Any, Final

from aiokafka.conn import create_conn
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from app.kafka_settings import PREFIX, KafkaSettings
from app.runtime.kafka_security import security_options

TRY_MS: Final = 5_000
Address = tuple[str, int]
SELF_SIGNED: Final = 18
OTHER_NAMES: Final = frozenset({62, 64})
"""The name, or the IP address, is not in the certificate (OpenSSL's X509_V_ERR_*)."""
UNKNOWN_AUTHORITY: Final = frozenset({2, 19, 20, 21})
OUT_OF_DATE: Final = frozenset({9, 10})


async def why_refused(kafka: KafkaSettings, addresses: Iterable[Address]) -> str | None:
    """Try each address once; give what no second attempt would mend, with what to do."""
    if not (kafka.encrypted or kafka.authenticated):
        return None  # there is nothing to refuse
    security = security_options(kafka)
    for host, port in addresses:
        said = await _tried(kafka, host, port, security)
        if said is not None:
            return f"Kafka at {host}:{port} {said}"
    return None


def addresses_of(kafka: KafkaSettings) -> list[Address]:
    """Give the brokers of the settings; what has no port has Kafka's."""
    found = []
    for server in kafka.bootstrap_servers.split(","):
        host, _, port = server.strip().rpartition(":")
        found.append((host.strip("[]"), int(port)) if host and port.isdigit() else (server.strip(), 9092))
    return found


async def _tried(kafka: KafkaSettings, host: str, port: int, security: dict[str, Any]) -> str | None:
    try:
        connection = await create_conn(host, port, request_timeout_ms=TRY_MS, **security)
    except ssl.SSLCertVerificationError as error:
        return _distrusted(error, host)
    except ssl.SSLError as error:
        return _no_tls(kafka, error)
    except SaslAuthenticationFailed:
        return (
            f"does not accept user {kafka.sasl_username} with this password. Operator action: check "
            f"{PREFIX}SASL_USERNAME and the password, and that the user has a credential for {kafka.sasl_mechanism}."
        )
    except UnsupportedSaslMechanismError:
        return f"does not take {kafka.sasl_mechanism}. Operator action: set {PREFIX}SASL_MECHANISM to what it takes."
    except IllegalSaslStateError:
        return f"asks for no user there. Operator action: check the port, and {PREFIX}SECURITY_PROTOCOL."
    except KafkaConnectionError as error:  # under TLS 1.3 a broker looks at our certificate when we think all is well
        return _no_tls(kafka, error.__cause__) if isinstance(error.__cause__, ssl.SSLError) else None
    except (TimeoutError, OSError):
        return None
    connection.close()
    return None


def _distrusted(error: ssl.SSLCertVerificationError, host: str) -> str:
    """Say which of the checks its certificate fails; none of them can be switched off."""
    authorities, said = f"{PREFIX}SSL_CAFILE", error.verify_message.rstrip(".")
    if error.verify_code in OTHER_NAMES:
        return (
            f"shows a certificate of another host: {said}. Operator action: name the broker as its "
            f"certificate does, in {PREFIX}BOOTSTRAP_SERVERS and in its advertised.listeners; if it is right as it is, "
            "somebody stands between."
        )
    if error.verify_code in OUT_OF_DATE:
        return (
            f"shows a certificate that is out of date: {said}. Operator action: renew the broker's "
            "certificate; check the clock of this machine."
        )
    if error.verify_code == SELF_SIGNED:
        return (
            f"shows a self-signed certificate that is not trusted. Operator action: let {authorities} name the "
            "authority of your brokers; never a certificate that you only got from the connection."
        )
    if error.verify_code in UNKNOWN_AUTHORITY:
        return (
            f"shows a certificate of an authority that is not trusted: {said}. Operator action: let "
            f"{authorities} name the authority of your brokers."
        )
    return f"shows a certificate that is refused: {said}. Operator action: check {authorities}."


def _no_tls(kafka: KafkaSettings, error: ssl.SSLError) -> str:
    return (
        f"cannot be spoken to with TLS ({error.reason or 'no reason given'}). Operator action: check the port, and "
        f"{PREFIX}SECURITY_PROTOCOL={kafka.security_protocol}; where brokers ask for a certificate, {PREFIX}"
        "SSL_CERTFILE and SSL_KEYFILE."
    )
