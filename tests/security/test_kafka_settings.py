"""Settings of security are whole, or refused by the names of the variables; every client takes them from one place."""

import ast
import ssl
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from app.kafka_settings import KafkaSettings
from app.runtime.errors import SegueError
from app.runtime.kafka_security import security_options
from tests.app.commands import segue
from tests.kafka.worker_process import REPOSITORY
from tests.security.certificates import Authority, Issued

USER = {"sasl_username": "till", "sasl_password": "canary-7c1f"}
TLS_USER = USER | {"security_protocol": "SASL_SSL"}
IN_THE_CLEAR = USER | {"security_protocol": "SASL_PLAINTEXT"}
MAKERS = {"AIOKafkaConsumer", "AIOKafkaProducer", "AIOKafkaAdminClient", "AIOKafkaClient"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (IN_THE_CLEAR, "SASL_PLAINTEXT sends credentials unencrypted"),
        (
            IN_THE_CLEAR | {"plaintext_credentials": "loopback", "bootstrap_servers": "127.0.0.1:9092,kafka:9092"},
            "SEGUE_KAFKA__BOOTSTRAP_SERVERS names kafka:9092",
        ),
        (USER, "SEGUE_KAFKA__SASL_USERNAME, SEGUE_KAFKA__SASL_PASSWORD: not used under"),
        (USER | {"security_protocol": "SSL"}, "not used under SEGUE_KAFKA__SECURITY_PROTOCOL=SSL"),
        ({"ssl_cafile": "ca.pem"}, "SEGUE_KAFKA__SSL_CAFILE: not used under"),
        (
            {"security_protocol": "SSL", "ssl_certfile": "c.pem"},
            "SEGUE_KAFKA__SSL_CERTFILE needs SEGUE_KAFKA__SSL_KEYFILE",
        ),
        (
            {"security_protocol": "SSL", "ssl_keyfile": "k.pem"},
            "SEGUE_KAFKA__SSL_KEYFILE needs SEGUE_KAFKA__SSL_CERTFILE",
        ),
        ({"security_protocol": "SSL", "ssl_key_password": "x"}, "SEGUE_KAFKA__SSL_KEY_PASSWORD needs"),
        ({"security_protocol": "SASL_SSL", "sasl_username": "till"}, "needs SEGUE_KAFKA__SASL_PASSWORD_FILE or"),
        ({"security_protocol": "SASL_SSL", "sasl_password": "x"}, "needs SEGUE_KAFKA__SASL_USERNAME"),
        (TLS_USER | {"sasl_password": ""}, "SEGUE_KAFKA__SASL_PASSWORD is empty"),
        (TLS_USER | {"sasl_password_file": "p"}, "only one of them can hold"),
    ],
)
def test_what_is_half_or_in_the_clear_is_refused_by_name_and_without_a_secret(given: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError) as error:
        KafkaSettings.model_validate(given)
    assert told in str(error.value)
    assert "canary" not in str(error.value)


@pytest.mark.parametrize("servers", ["127.0.0.1:9092", "localhost:9092,[::1]:9093", "127.0.0.7:1"])
def test_credentials_go_in_the_clear_where_loopback_is_named(servers: str) -> None:
    named = IN_THE_CLEAR | {"plaintext_credentials": "loopback", "bootstrap_servers": servers}
    options = security_options(KafkaSettings.model_validate(named))
    assert (options["security_protocol"], options["sasl_plain_username"]) == ("SASL_PLAINTEXT", "till")
    assert "ssl_context" not in options


def test_certificates_and_host_names_are_always_checked() -> None:
    context = security_options(KafkaSettings.model_validate(TLS_USER))["ssl_context"]
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_worker_with_half_a_configuration_does_not_start() -> None:
    done = segue("worker", SEGUE_KAFKA__SECURITY_PROTOCOL="SASL_SSL", SEGUE_KAFKA__SASL_USERNAME="till")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "SEGUE_KAFKA__SASL_PASSWORD_FILE" in line


@pytest.mark.parametrize(
    ("name", "content"), [("missing", None), ("empty", "\n"), ("a book", "x" * 5_000), ("bytes", b"\xff\xfe")]
)
def test_a_password_file_that_holds_no_password_is_refused(
    tmp_path: Path, name: str, content: str | bytes | None
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    kafka = KafkaSettings(security_protocol="SASL_SSL", sasl_username="till", sasl_password_file=file)
    with pytest.raises(SegueError, match=r"SEGUE_KAFKA__SASL_PASSWORD_FILE=.*Operator action"):
        security_options(kafka)


@pytest.mark.parametrize("spoil", ["ssl_cafile", "ssl_certfile", "ssl_keyfile"])
def test_a_file_that_is_no_certificate_or_key_is_refused_by_its_setting(tmp_path: Path, spoil: str) -> None:
    authority = Authority(tmp_path)
    ours = authority.issue("ours")
    files = {"ssl_cafile": authority.file, "ssl_certfile": ours.certificate, "ssl_keyfile": ours.key}
    assert security_options(KafkaSettings.model_validate(files | {"security_protocol": "SSL"}))
    files[spoil].write_text("no PEM")
    with pytest.raises(SegueError, match=r"SEGUE_KAFKA__SSL_.*Operator action"):
        security_options(KafkaSettings.model_validate(files | {"security_protocol": "SSL"}))


def test_a_new_password_in_the_file_is_what_the_next_connection_sends(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("canary-1\n")
    kafka = KafkaSettings(security_protocol="SASL_SSL", sasl_username="till", sasl_password_file=file)
    password = security_options(kafka)["sasl_plain_password"]
    assert (password.encode("utf-8"), str(password)) == (b"canary-1", "canary-1")
    file.write_text("canary-2")
    assert password.encode("utf-8") == b"canary-2"
    file.unlink()
    assert password.encode("utf-8") == b"canary-1", "while it is being replaced, the first is tried"
    assert "canary" not in repr(password)


def test_a_new_certificate_is_what_the_next_connection_shows_and_a_spoilt_one_is_not(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority.file))
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_cert_chain(authority.issue("server").both)
    ours = authority.issue("ours", common_name="first")
    context = context_of(authority, ours)
    assert shown(server, context) == "first"
    authority.issue("ours", common_name="second")
    assert shown(server, context) == "second"
    ours.certificate.write_text("half wri")
    assert shown(server, context) == "second"


def context_of(authority: Authority, ours: Issued) -> ssl.SSLContext:
    kafka = KafkaSettings(
        security_protocol="SSL", ssl_cafile=authority.file, ssl_certfile=ours.certificate, ssl_keyfile=ours.key
    )
    context: ssl.SSLContext = security_options(kafka)["ssl_context"]
    return context


def shown(server: ssl.SSLContext, client: ssl.SSLContext) -> str:
    """Shake hands in memory; gives the name in the certificate that the server was shown."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(there, back, server_side=False, server_hostname="localhost"),
        server.wrap_bio(back, there, server_side=True),
    ]
    for _ in range(6):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    certificate: Any = ends[1].getpeercert()
    (named,) = [str(value) for part in certificate["subject"] for name, value in part if name == "commonName"]
    return named


def test_every_client_of_the_brokers_is_made_from_the_one_place() -> None:
    made = [
        (path, call)
        for path in (REPOSITORY / "app").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in MAKERS
    ]
    assert len(made) > 5
    without = [f"{path.name}:{call.lineno}" for path, call in made if not _is_secured(call)]
    assert without == []


def _is_secured(call: ast.Call) -> bool:
    """Whether `**client_options(...)` is among its arguments."""
    spread = [ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg is None]
    return any(given.startswith("client_options(") for given in spread)


def test_a_secret_is_masked_wherever_settings_are_printed() -> None:
    kafka = KafkaSettings(
        security_protocol="SASL_SSL", sasl_username="till", sasl_password=SecretStr("canary-7c1f"), ssl_keyfile=None
    )
    assert "canary" not in repr(kafka) + kafka.model_dump_json()
