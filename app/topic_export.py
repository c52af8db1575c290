"""The topics of a deployment in, what creates them out: kafka-topics commands, or resources of Strimzi."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import orjson

from app.topic_settings import wanted_settings
from schemas.topics import Topics

Format = Literal["kafka", "strimzi"]

COPIES: Final = 3
IN_SYNC: Final = ("min.insync.replicas", "2")
_NO_RESOURCE_NAME: Final = re.compile(r"[^a-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Layout:
    """How topics are to be: partitions where the plan leaves the number open, replicas, and how long records stay."""

    partitions: int
    replicas: int = COPIES
    keep_forever: bool = False


def min_in_sync(replicas: int) -> tuple[tuple[str, str], ...]:
    """Say how many copies a write needs: with three of them two, with fewer Kafka's default."""
    return (IN_SYNC,) if replicas >= COPIES else ()


def export(topics: Topics, layout: Layout, how: Format, cluster: str) -> str:
    """Write the whole plan as one text; `cluster` names the Strimzi cluster."""
    planned = [
        (plan.name, plan.partitions or layout.partitions, wanted_settings(plan, keep_forever=layout.keep_forever))
        for plan in topics.plan()
    ]
    written = [
        (name, count, dict([*settings.items(), *min_in_sync(layout.replicas)])) for name, count, settings in planned
    ]
    if how == "kafka":
        return "".join(_command(name, count, layout.replicas, settings) for name, count, settings in written)
    return "".join(
        "".join(f"{line}\n" for line in _resource(name, count, layout.replicas, settings, cluster))
        for name, count, settings in written
    )


def _command(name: str, partitions: int, replicas: int, settings: Mapping[str, str]) -> str:
    given = [f"--config {shlex.quote(f'{setting}={value}')}" for setting, value in settings.items()]
    parts = [
        f'kafka-topics.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --create --if-not-exists --topic {shlex.quote(name)}',
        f"--partitions {partitions} --replication-factor {replicas}",
        *given,
    ]
    return " \\\n  ".join(parts) + "\n"


def _resource(name: str, partitions: int, replicas: int, settings: Mapping[str, str], cluster: str) -> Iterator[str]:
    """Write one KafkaTopic; a name that Kubernetes does not take stands in `topicName`."""
    resource = _NO_RESOURCE_NAME.sub("-", name.lower()).strip("-.")
    yield "---"
    yield "apiVersion: kafka.strimzi.io/v1"
    yield "kind: KafkaTopic"
    yield "metadata:"
    yield f"  name: {_text(resource)}"
    yield "  labels:"
    yield f"    strimzi.io/cluster: {_text(cluster)}"
    yield "spec:"
    if resource != name:
        yield f"  topicName: {_text(name)}"
    yield f"  partitions: {partitions}"
    yield f"  replicas: {replicas}"
    yield "  config:"
    for setting, value in settings.items():
        yield f"    {setting}: {_text(value)}"


def _text(value: str) -> str:
    """Quote, for what looks like a number or a word of YAML is text here; JSON's quotes are YAML's too."""
    return orjson.dumps(value).decode()
