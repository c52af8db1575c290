"""Settings in, what the brokers say of themselves, of our topics and of our group out; changes nothing."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    NotCoordinatorError,
    TopicAuthorizationFailedError,
    for_code,
)

from app.doctor.features import FeaturesRequest, metadata_level
from app.runtime.errors import SegueError
from app.settings import Settings
from app.topic_admin import open_admin

SETTLING: Final = (CoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorError)
HIDDEN: Final = (ClusterAuthorizationFailedError.errno, TopicAuthorizationFailedError.errno)
PAUSE_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Cluster:
    """Brokers, the final level of metadata.version, and the settings of one broker; None = not told."""

    brokers: int
    level: int | None
    settings: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Copies:
    """The fewest replicas of a topic's partitions, of them in sync, and how many a write needs (None = not told)."""

    replicas: int
    in_sync: int
    min_in_sync: int | None


async def ask_cluster(settings: Settings) -> Cluster:
    """Ask one broker about itself and its cluster."""
    async with open_admin(settings) as admin:
        brokers = (await admin.describe_cluster())["brokers"]
        broker = ConfigResource(ConfigResourceType.BROKER, str(brokers[0]["node_id"]))
        level = metadata_level(await admin._send_request(FeaturesRequest()))
        return Cluster(len(brokers), level, (await _configs(admin, [broker])).get(broker.name))


async def ask_copies(settings: Settings, names: list[str]) -> dict[str, Copies]:
    """Ask how many machines have the records of these topics."""
    async with open_admin(settings) as admin:
        topics = [ConfigResource(ConfigResourceType.TOPIC, name, {"min.insync.replicas": ""}) for name in names]
        configs = await _configs(admin, topics)
        described = await admin.describe_topics(names)
    return {
        topic["topic"]: Copies(
            min(len(partition["replicas"]) for partition in topic["partitions"]),
            min(len(partition["isr"]) for partition in topic["partitions"]),
            int(configs[topic["topic"]]["min.insync.replicas"]) if topic["topic"] in configs else None,
        )
        for topic in described
    }


async def ask_members(settings: Settings) -> int:
    """Count the workers that the group has; waits while a new coordinator settles."""
    while True:
        try:
            async with open_admin(settings) as admin:
                node = await admin.find_coordinator(settings.app_id)
                (answer,) = await admin.describe_consumer_groups([settings.app_id], node)
                (group,) = answer.to_object()["groups"]
                if group["error_code"]:
                    raise for_code(group["error_code"])(settings.app_id)
                return len(group["members"])
        except SegueError as error:
            if not isinstance(error.__cause__, SETTLING):
                raise
            await asyncio.sleep(PAUSE_SECONDS)


async def _configs(admin: Any, resources: list[ConfigResource]) -> dict[str, dict[str, str]]:
    """Give settings by name; what this user may not look at is left out."""
    answers = await admin.describe_configs(resources)
    found: dict[str, dict[str, str]] = {}
    for code, _, _, name, entries in (resource for answer in answers for resource in answer.resources):
        if code in HIDDEN:
            continue
        if code:
            raise for_code(code)(name)
        found[name] = {entry[0]: entry[1] for entry in entries}
    return found
