"""What a process needs in, nothing out; or one error that names every right which the brokers do not give this user.

Brokers tell with the metadata of a topic, and of a group, what may be done with it (KIP-430). Of transactional ids they
tell nothing: there a producer that starts is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from aiokafka.client import ConnectionGroup, CoordinationType
from aiokafka.errors import (
    CoordinatorNotAvailableError,
    GroupAuthorizationFailedError,
    KafkaError,
    NodeNotReadyError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)

from app.kafka_settings import KafkaSettings
from app.rights import Operation, Process, Right, rights_of
from app.rights_requests import WITH_RIGHTS, GroupRights, TopicRights
from app.runtime.errors import SegueError
from app.settings import Settings
from app.topic_check import reached

Thing = tuple[str, str]
"""What a right is about: kind and name."""
BITS: Final[dict[Operation, int]] = {
    "Read": 3,
    "Write": 4,
    "Create": 5,
    "Describe": 8,
    "DescribeConfigs": 10,
    "AlterConfigs": 11,
}
"""The codes of Kafka's AclOperation."""
NOT_TOLD: Final = -(2**31)
REFUSED: Final[dict[type[KafkaError], str]] = {
    TopicAuthorizationFailedError: "Read or Write on topic",
    GroupAuthorizationFailedError: "Read on group",
    TransactionalIdAuthorizationFailed: "Write on transactional-id",
}


async def check_rights(settings: Settings, process: Process) -> None:
    """Refuse (SegueError) what a process could not do; brokers too old to tell are believed."""
    missing = await missing_rights(settings, process)
    if missing:
        raise _lacking(settings.kafka, "; ".join(f"{right} ({right.why})" for right in missing))


async def missing_rights(settings: Settings, process: Process) -> list[Right]:
    """Give what a process needs and the brokers say that this user has not; SegueError when they cannot be reached."""
    needed = rights_of(process, settings.topics)
    async with reached(settings.kafka) as client:
        return list(_missing(needed, await _told(client, needed)))


def refusal(kafka: KafkaSettings, error: BaseException) -> SegueError | None:
    """Say which right the brokers have just refused; None for any other error."""
    right = REFUSED.get(type(error)) if isinstance(error, KafkaError) else None
    if right is None:
        return None
    told = error.args[0] if error.args else "(not told which)"
    names = ", ".join(sorted(told)) if isinstance(told, set | frozenset) else str(told)
    return _lacking(kafka, f"{right} {names}")


def _lacking(kafka: KafkaSettings, named: str) -> SegueError:
    who = f"user {kafka.sasl_username}" if kafka.sasl_username else "this user"
    return SegueError(
        f"{who} lacks rights at Kafka at {kafka.bootstrap_servers}: {named}. Operator action: grant them with "
        "kafka-acls.sh; `segue acls` prints the commands, deploy/kafka/acls.md tells of them."
    )


def _missing(needed: Sequence[Right], told: Mapping[Thing, int]) -> Iterator[Right]:
    for right in needed:
        bits = told.get((right.kind, right.name), NOT_TOLD)
        lacking = tuple(one for one in right.operations if bits != NOT_TOLD and not bits >> BITS[one] & 1)
        if lacking:
            yield Right(right.kind, right.name, lacking, right.why, prefixed=right.prefixed)


async def _told(client: Any, needed: Sequence[Right]) -> dict[Thing, int]:
    """Give what may be done with each thing, as bits; brokers do not tell of what is not there."""
    if not await _tells(client):
        return {}
    told = await _topics(client, [right.name for right in needed if right.kind == "topic"])
    for right in needed:
        if right.kind in ("group", "transactional-id"):
            told[right.kind, right.name] = await _coordinated(client, right)
    return told


async def _tells(client: Any) -> bool:
    connection = await client._get_conn(client.get_random_node())
    versions: Mapping[int, tuple[int, int]] = connection._versions if connection is not None else {}
    return all(versions.get(key, (0, 0))[1] >= version for key, version in WITH_RIGHTS.items())


async def _topics(client: Any, names: Sequence[str]) -> dict[Thing, int]:
    answer = await client.send(client.get_random_node(), TopicRights(names))
    told: dict[Thing, int] = {}
    for code, name, _, _, bits in answer.topics:
        if code in (0, TopicAuthorizationFailedError.errno):
            told["topic", name] = 0 if code else bits
    return told


async def _coordinated(client: Any, right: Right) -> int:
    """Ask for the coordinator of a group or a producer: already that is refused to whoever has no right at all."""
    of_group = right.kind == "group"
    kind = CoordinationType.GROUP if of_group else CoordinationType.TRANSACTION
    try:
        node = await client.coordinator_lookup(kind, right.name)
        if not of_group:
            return NOT_TOLD
        answer = await client.send(node, GroupRights(right.name), group=ConnectionGroup.COORDINATION)
    except (GroupAuthorizationFailedError, TransactionalIdAuthorizationFailed):
        return 0
    except (CoordinatorNotAvailableError, NodeNotReadyError):
        return NOT_TOLD  # of a cluster that is new
    code, bits = answer.groups[0][0], answer.groups[0][-1]
    return bits if not code else NOT_TOLD
