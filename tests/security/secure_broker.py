"""Apache Kafka with TLS, SCRAM-SHA-512 and the StandardAuthorizer; and listeners at which something is wrong.

Whoever asks without encryption, on loopback, is the administrator: topics, users and rights are made there.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._acl import AclBinding, AclBindingFilter, AclOperation, AclPermissionType
from confluent_kafka.admin._resource import ResourcePatternType, ResourceType
from confluent_kafka.admin._scram import (
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)
from confluent_kafka.cimpl import NewTopic

from app.rights import Kind, Operation, Right
from tests.brokers.apache import ApacheKafka, free_port
from tests.kafka.waiting import wait_for
from tests.security.certificates import Authority, Issued

LIMIT_S: Final = 20.0
KINDS: Final[dict[Kind, Any]] = {
    "topic": ResourceType.TOPIC,
    "group": ResourceType.GROUP,
    "transactional-id": ResourceType.TRANSACTIONAL_ID,
    "cluster": ResourceType.BROKER,
}
OPERATIONS: Final[dict[Operation, Any]] = {
    "Read": AclOperation.READ,
    "Write": AclOperation.WRITE,
    "Create": AclOperation.CREATE,
    "Describe": AclOperation.DESCRIBE,
    "DescribeConfigs": AclOperation.DESCRIBE_CONFIGS,
    "AlterConfigs": AclOperation.ALTER_CONFIGS,
}
LISTENERS: Final = {
    "SECURE": "SASL_SSL",
    "IMPATIENT": "SASL_SSL",
    "MUTUAL": "SSL",
    "OTHERHOST": "SASL_SSL",
    "EXPIRED": "SASL_SSL",
    "SELFSIGNED": "SASL_SSL",
}
"""IMPATIENT ends every connection that is a second old, for its client has to prove again who it is."""


@dataclass(frozen=True, slots=True)
class SecureBroker:
    """What is there, and what may be done by whom."""

    broker: ApacheKafka
    authority: Authority
    ports: dict[str, int]
    admin: AdminClient

    def server(self, listener: str, host: str = "localhost") -> str:
        """Give the address of a listener."""
        return f"{host}:{self.ports[listener]}"

    def set_password(self, user: str, password: str) -> None:
        """Make a user, or give one another password; the one before counts no more."""
        self.set_passwords({user: password})

    def set_passwords(self, passwords: Mapping[str, str]) -> None:
        """Make many users at once, or give them other passwords."""
        info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
        changes: list[UserScramCredentialAlteration] = [
            UserScramCredentialUpsertion(user, info, given.encode()) for user, given in passwords.items()
        ]
        for done in self.admin.alter_user_scram_credentials(changes).values():
            done.result(LIMIT_S)

    def grant(self, user: str, *rights: Right) -> None:
        """Give rights."""
        self.grant_all({user: rights})

    def grant_all(self, rights: Mapping[str, Iterable[Right]]) -> None:
        """Give rights to many users at once."""
        named = [binding for user, hers in rights.items() for right in hers for binding in _bindings(user, right)]
        bindings = list(dict.fromkeys(named))
        for done in self.admin.create_acls(bindings).values():
            done.result(LIMIT_S)
        # The authorizer learns of rights in the order in which they were given.
        wait_for(lambda: self._holds(bindings[-1]), LIMIT_S, "the rights", every_s=0.02)

    def revoke(self, user: str, right: Right) -> None:
        """Take a right away."""
        bindings = _bindings(user, right)
        for done in self.admin.delete_acls([_filter(binding) for binding in bindings]).values():
            assert done.result(LIMIT_S), "nothing was taken away"
        wait_for(lambda: not any(map(self._holds, bindings)), LIMIT_S, "no such right", every_s=0.02)

    def _holds(self, binding: AclBinding) -> bool:
        """Ask the broker's own authorizer: it learns a little later than the controller."""
        return bool(self.admin.describe_acls(_filter(binding)).result(LIMIT_S))


def new_topic(name: str) -> NewTopic:
    return NewTopic(name, 1, 1)


def _bindings(user: str, right: Right) -> list[AclBinding]:
    pattern = ResourcePatternType.PREFIXED if right.prefixed else ResourcePatternType.LITERAL
    return [
        AclBinding(
            KINDS[right.kind], right.name, pattern, f"User:{user}", "*", OPERATIONS[one], AclPermissionType.ALLOW
        )
        for one in right.operations
    ]


def _filter(binding: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )


@contextmanager
def secure_broker(directory: Path, kafka: type[ApacheKafka]) -> Iterator[SecureBroker]:
    """Run it while the `with` block lasts."""
    authority = Authority(directory / "tls")
    issued = {
        "OTHERHOST": authority.issue("otherhost", "kafka.example"),
        "EXPIRED": authority.issue("expired", days=-1),
        "SELFSIGNED": Authority(directory / "others").itself("selfsigned"),
    }
    ours = authority.issue("ours")
    properties = directory / "secure.properties"
    broker = kafka(directory / "broker", properties=properties)
    ports = {name: free_port() for name in LISTENERS}
    certificates = {name: issued.get(name, ours) for name in LISTENERS}
    properties.write_text(_properties(broker.port, ports, certificates, authority))
    controller = directory / "broker" / "controller-port"
    controller.parent.mkdir(parents=True)
    controller.write_text(str(ports["SECURE"] + 1))
    with broker:
        yield SecureBroker(broker, authority, ports, AdminClient({"bootstrap.servers": broker.bootstrap}))


def _properties(port: int, ports: dict[str, int], certificates: dict[str, Issued], authority: Authority) -> str:
    controller = ports["SECURE"] + 1
    addresses = [f"PLAINTEXT://127.0.0.1:{port}", *(f"{name}://localhost:{at}" for name, at in ports.items())]
    protocols = {"PLAINTEXT": "PLAINTEXT", "CONTROLLER": "PLAINTEXT"} | LISTENERS
    lines = [
        f"listeners={','.join(addresses)},CONTROLLER://127.0.0.1:{controller}",
        f"advertised.listeners={','.join(addresses)}",
        f"listener.security.protocol.map={','.join(f'{name}:{what}' for name, what in protocols.items())}",
        "inter.broker.listener.name=PLAINTEXT",
        "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users=User:ANONYMOUS",
        "listener.name.mutual.ssl.client.auth=required",
        "ssl.principal.mapping.rules=RULE:^.*CN=([a-z]+).*$/$1/",
        "listener.name.impatient.connections.max.reauth.ms=1000",
    ]
    for name, protocol in LISTENERS.items():
        own = f"listener.name.{name.lower()}."
        lines += [
            f"{own}ssl.keystore.type=PEM",
            f"{own}ssl.keystore.location={certificates[name].both}",
            f"{own}ssl.truststore.type=PEM",
            f"{own}ssl.truststore.location={authority.file}",
        ]
        if protocol == "SASL_SSL":
            login = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
            lines += [f"{own}sasl.enabled.mechanisms=SCRAM-SHA-512", f"{own}scram-sha-512.sasl.jaas.config={login}"]
    return "\n".join(lines) + "\n"
