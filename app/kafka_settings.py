"""How to reach the brokers: addresses, encryption and credentials in, one model that is whole or refused out."""

import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

PREFIX: Final = "SEGUE_KAFKA__"
TLS: Final = ("ssl_cafile", "ssl_certfile", "ssl_keyfile", "ssl_key_password")
SASL: Final = ("sasl_username", "sasl_password", "sasl_password_file")


class KafkaSettings(BaseModel):
    """How to reach the brokers; a half configuration is refused, for what it leaves out would be missed too late."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    bootstrap_servers: str = Field("127.0.0.1:9092", description="host:port, several with commas")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    ssl_cafile: Path | None = Field(None, description="authorities to trust (PEM); none = the system's")
    ssl_certfile: Path | None = Field(None, description="our certificate (PEM), for brokers that ask for one")
    ssl_keyfile: Path | None = Field(None, description="its key (PEM)")
    ssl_key_password: SecretStr | None = None
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    sasl_password_file: Path | None = Field(None, description="a file that holds the password and nothing else")
    plaintext_credentials: Literal["refuse", "loopback"] = Field(
        "refuse", description="loopback: credentials may go unencrypted to brokers on this machine"
    )
    check_crcs: bool = Field(True, description="false only for the embedded broker, whose CRCs are wrong")
    session_timeout_ms: int = Field(10_000, ge=1_000, description="silence after which a worker is dead")
    instance_id: str | None = Field(
        None,
        pattern=r"^[a-zA-Z0-9._-]{1,249}$",
        description="one per worker, the same after a restart: within the session timeout it keeps its partitions",
    )

    @property
    def encrypted(self) -> bool:
        """Whether connections are TLS."""
        return self.security_protocol in ("SSL", "SASL_SSL")

    @property
    def authenticated(self) -> bool:
        """Whether a user and a password are sent."""
        return self.security_protocol in ("SASL_PLAINTEXT", "SASL_SSL")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        mistakes = [*self._unused(), *self._halves(), *self._in_the_clear()]
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return self

    def _unused(self) -> Iterator[str]:
        """Name what the protocol would pass over in silence."""
        for names, used, needed in ((TLS, self.encrypted, "SSL or SASL_SSL"), (SASL, self.authenticated, "SASL_SSL")):
            given = [_variable(name) for name in names if getattr(self, name) is not None]
            if given and not used:
                yield (
                    f"{', '.join(given)}: not used under {_variable('security_protocol')}={self.security_protocol}; "
                    f"that has to be {needed}"
                )

    def _halves(self) -> Iterator[str]:
        """Name what goes together and has come alone."""
        certificate, key = self.ssl_certfile is not None, self.ssl_keyfile is not None
        if certificate != key:
            there, missing = ("ssl_certfile", "ssl_keyfile") if certificate else ("ssl_keyfile", "ssl_certfile")
            yield f"{_variable(there)} needs {_variable(missing)} beside it"
        if self.ssl_key_password is not None and not key:
            yield f"{_variable('ssl_key_password')} needs {_variable('ssl_keyfile')} beside it"
        given = self.sasl_password is not None, self.sasl_password_file is not None
        either = f"{_variable('sasl_password_file')} or {_variable('sasl_password')}"
        if all(given):
            yield f"{either}: only one of them can hold"
        if self.authenticated and not any(given):
            yield f"{_variable('security_protocol')}={self.security_protocol} needs {either}"
        if self.authenticated and not self.sasl_username:
            yield f"{_variable('security_protocol')}={self.security_protocol} needs {_variable('sasl_username')}"
        if self.sasl_password is not None and not self.sasl_password.get_secret_value():
            yield f"{_variable('sasl_password')} is empty"

    def _in_the_clear(self) -> Iterator[str]:
        """Name what would let somebody on the way read, or guess, the password."""
        if self.security_protocol == "SASL_PLAINTEXT" and self.plaintext_credentials == "refuse":
            yield (
                f"{_variable('security_protocol')}=SASL_PLAINTEXT sends credentials unencrypted: use SASL_SSL, or for "
                f"brokers on this machine {_variable('plaintext_credentials')}=loopback"
            )
        away = [server for server in self.bootstrap_servers.split(",") if not _is_loopback(server)]
        if self.plaintext_credentials == "loopback" and away:
            yield (
                f"{_variable('plaintext_credentials')}=loopback, but {_variable('bootstrap_servers')} names "
                f"{', '.join(away)}"
            )


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _is_loopback(server: str) -> bool:
    host = server.strip().rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
