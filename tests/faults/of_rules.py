"""Faults that a worker survives by one rule of the protocol each."""

from typing import Final

from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource
from confluent_kafka.admin._resource import ResourceType

from tests.faults.ground import Ground, last

LIMIT: Final = "max.message.bytes"
TOO_SMALL: Final = "100"
"""Bytes, fewer than any batch of transitions has."""
REFUSED_S: Final = 5.0
CONFIGURED_S: Final = 30.0


def a_worker_freezes_in_a_transaction_past_its_session(ground: Ground) -> None:
    """The others take over, and then it wakes up with a transaction to commit."""
    woken = ground.running.freeze_in_transaction("ann")
    ground.running.wait_taken_over(woken)
    woken.thaw()


def a_worker_is_killed_in_a_transaction(ground: Ground) -> None:
    """It comes back to its own disk, and to its own partitions."""
    ground.running.wait_moved()  # its first transactions are slow before their rows are acknowledged
    ground.running.kill_in_transaction("ann")
    ground.running.start("ann")
    ground.running.wait_all_at_work()


def a_topic_refuses_for_a_while_what_workers_send(ground: Ground) -> None:
    """Its limit is smaller than what they send: that send fails, all others of a transaction are well."""
    _limit(ground, AlterConfigOpType.SET)
    last(REFUSED_S)
    _limit(ground, AlterConfigOpType.DELETE)


def _limit(ground: Ground, change: AlterConfigOpType) -> None:
    shop = ground.running.shop
    entry = ConfigEntry(LIMIT, TOO_SMALL, incremental_operation=change)
    topic = ConfigResource(ResourceType.TOPIC, shop.topics.transitions, incremental_configs=[entry])
    admin = AdminClient({"bootstrap.servers": shop.bootstrap})
    admin.incremental_alter_configs([topic])[topic].result(CONFIGURED_S)
