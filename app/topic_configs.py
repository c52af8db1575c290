"""Names of topics in, their settings as the brokers have them out."""

from collections.abc import Collection, Mapping

from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAuthorizationFailedError, for_code

from app.runtime.errors import SegueError
from app.settings import Settings
from app.topic_admin import open_admin


class SettingsHidden(SegueError):
    """This user may not look at settings of topics."""


async def topic_configs(settings: Settings, wanted: Mapping[str, Collection[str]]) -> dict[str, dict[str, str]]:
    """Ask for these settings of topics that exist; SettingsHidden where this user may not see them."""
    if not wanted:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name, dict.fromkeys(names, "")) for name, names in wanted.items()]
    async with open_admin(settings) as admin:
        answers = await admin.describe_configs(asked)
    found: dict[str, dict[str, str]] = {}
    for code, reason, _, name, entries in (resource for answer in answers for resource in answer.resources):
        if code:
            raise (SettingsHidden if code == TopicAuthorizationFailedError.errno else SegueError)(
                f"settings of topic {name} cannot be read: {reason or for_code(code).__name__}. Operator action: "
                "give this user DescribeConfigs on it: deploy/kafka/acls.md."
            )
        found[name] = {entry[0]: entry[1] for entry in entries}
    return found
