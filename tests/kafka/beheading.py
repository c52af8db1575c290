"""A topic in; the same without its first records out, as retention or an operator leaves it."""

from collections.abc import Mapping

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource
from confluent_kafka.admin._resource import ResourceType

from tests.kafka.shop import LIMIT_S, Shop


def behead(shop: Shop, topic: str, begins: Mapping[int, int]) -> None:
    """Delete what lies before these offsets of these partitions, which brokers do only where they may delete."""
    admin = AdminClient({"bootstrap.servers": shop.bootstrap})
    both = ConfigEntry("cleanup.policy", "compact,delete", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[both])
    admin.incremental_alter_configs([resource])[resource].result(LIMIT_S)
    places = [TopicPartition(topic, partition, offset) for partition, offset in begins.items()]
    for told in admin.delete_records(places).values():
        told.result(LIMIT_S)
