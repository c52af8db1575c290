"""Settings in, what every client of the brokers is told of encryption and credentials out; nobody else says it.

Certificates and a password in a file may change while a worker runs: each new connection reads them anew.
"""

import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

import structlog

from app.kafka_settings import PREFIX, KafkaSettings
from app.runtime.errors import SegueError

log = structlog.get_logger("segue.kafka")

LONGEST_PASSWORD: Final = 4_096


def security_options(kafka: KafkaSettings) -> dict[str, Any]:
    """Give aiokafka's arguments; SegueError when a file of them cannot be used.

    aiokafka asks for no context under SASL_PLAINTEXT, and takes that for granted where no protocol is named: it is
    always named here, and its settings have been checked to be whole.
    """
    options: dict[str, Any] = {"security_protocol": kafka.security_protocol}
    if kafka.encrypted:
        options["ssl_context"] = tls_context(kafka)
    if kafka.authenticated:
        options["sasl_mechanism"] = kafka.sasl_mechanism
        options["sasl_plain_username"] = kafka.sasl_username
        options["sasl_plain_password"] = _password(kafka)
    return options


def tls_context(kafka: KafkaSettings) -> ssl.SSLContext:
    """Trust the given authorities, or the system's; host names are checked, and nothing older than TLS 1.2 is spoken.

    SegueError names the file that cannot be used.
    """
    context = FreshContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.follow(kafka)
    return context


class _Leaving(ssl.SSLObject):
    """A connection that says goodbye and does not wait for the answer, as TLS 1.3 allows it."""

    def unwrap(self) -> None:
        # uvloop waits 30 s for a goodbye that brokers do not always send: so long a partition would not open.
        with suppress(ssl.SSLWantReadError):
            super().unwrap()


class FreshContext(ssl.SSLContext):
    """A client's context that looks for new certificates whenever a connection is made."""

    sslobject_class = _Leaving
    _kafka: KafkaSettings
    _read: tuple[int, ...]

    def follow(self, kafka: KafkaSettings) -> None:
        """Read the files that settings name, now and whenever they have changed; SegueError if that fails now."""
        self._kafka = kafka
        self._load()
        self._read = self._stamps()

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        """Begin a connection, as asyncio and uvloop do it."""
        try:
            if self._read != (stamps := self._stamps()):
                self._load()
                self._read = stamps
                log.info("certificates were read anew")
        except (OSError, SegueError) as error:
            log.warning("new certificates cannot be used: the old ones stay", error=type(error).__name__)
        return super().wrap_bio(*args, **kwargs)

    def _stamps(self) -> tuple[int, ...]:
        return tuple(file.stat().st_mtime_ns for file in self._files())

    def _files(self) -> list[Path]:
        kafka = self._kafka
        return [file for file in (kafka.ssl_cafile, kafka.ssl_certfile, kafka.ssl_keyfile) if file is not None]

    def _load(self) -> None:
        kafka = self._kafka
        try:
            if kafka.ssl_cafile is None:
                self.load_default_certs()
            else:
                self.load_verify_locations(kafka.ssl_cafile)
        except OSError as error:
            raise _unusable("ssl_cafile", kafka.ssl_cafile, error) from error
        if kafka.ssl_certfile is None:
            return
        secret = kafka.ssl_key_password
        # Without a password OpenSSL would ask the terminal for one.
        password = secret.get_secret_value() if secret is not None else ""
        try:
            self.load_cert_chain(kafka.ssl_certfile, kafka.ssl_keyfile, password)
        except OSError as error:
            raise _unusable("ssl_certfile", f"{kafka.ssl_certfile} with {kafka.ssl_keyfile}", error) from error


class FilePassword(str):
    """A password that stands in a file; whoever encodes it, as SCRAM does for each connection, gets the newest."""

    __slots__ = ("_file",)
    _file: Path

    def __new__(cls, file: Path) -> Self:
        made = super().__new__(cls, _read_password(file))
        made._file = file
        return made

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        """Give the newest password, or the first while the file cannot be read."""
        try:
            return _read_password(self._file).encode(encoding, errors)
        except SegueError:
            log.warning("the password file cannot be read: the password from the start is tried")
            return super().encode(encoding, errors)

    def __repr__(self) -> str:
        return "FilePassword(**********)"


def _password(kafka: KafkaSettings) -> str:
    if kafka.sasl_password_file is not None:
        return FilePassword(kafka.sasl_password_file)
    assert kafka.sasl_password is not None, "the settings are whole"
    return kafka.sasl_password.get_secret_value()


def _read_password(file: Path) -> str:
    """Give what the file holds, without the end of its line."""
    try:
        password = file.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable("sasl_password_file", file, error) from error
    if not password or len(password) > LONGEST_PASSWORD:
        raise SegueError(
            f"{PREFIX}SASL_PASSWORD_FILE={file} holds {'nothing' if not password else 'more than a password'}. "
            "Operator action: let it hold the password alone."
        )
    return password


def _unusable(name: str, file: object, error: Exception) -> SegueError:
    """Say which setting is at fault; OpenSSL has no words for most of what is wrong with a file."""
    said = error.strerror if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else None
    what = said or "not what it should be: PEM, unspoilt, certificate and key of one pair, the right key password"
    return SegueError(
        f"{PREFIX}{name.upper()}={file} cannot be used: {what}. Operator action: check the file and who may read it."
    )
