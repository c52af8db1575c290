"""A deployment's topics on real Kafka: created once, found right, found wrong, made right."""

import asyncio
import uuid

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from app.kafka_settings import KafkaSettings
from app.runtime.errors import SegueError
from app.settings import Settings
from app.topic_apply import Applied, apply_topics, plan_topics
from app.topic_check import partition_counts
from app.topic_configs import topic_configs
from tests.kafka.waiting import wait_for

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(apache_kafka: str) -> Settings:
    name = f"topics-{uuid.uuid4().hex[:8]}"
    return Settings(app_id=name, topic_prefix=f"{name}.", kafka=KafkaSettings(bootstrap_servers=apache_kafka))


def states(settings: Settings) -> set[str]:
    return {finding.state for finding in asyncio.run(plan_topics(settings))}


def wrong(settings: Settings) -> dict[str, str]:
    return {finding.name: finding.detail for finding in asyncio.run(plan_topics(settings)) if finding.state == "wrong"}


def test_missing_topics_are_created_once(settings: Settings) -> None:
    assert states(settings) == {"missing"}
    created = asyncio.run(apply_topics(settings, 3, keep_forever=True))
    assert created == Applied([plan.name for plan in settings.topics.plan()], [], [])
    assert states(settings) == {"present"}
    assert asyncio.run(apply_topics(settings, None, keep_forever=True)) == Applied([], [], [])


def test_only_what_is_missing_is_created(settings: Settings) -> None:
    asyncio.run(apply_topics(settings, 3, keep_forever=False))
    other = settings.model_copy(update={"app_id": f"{settings.app_id}-b"})
    assert asyncio.run(apply_topics(other, 3, keep_forever=False)).created == [other.topics.changelog]


def test_unequal_partitions_are_found_and_nothing_is_created(settings: Settings) -> None:
    asyncio.run(apply_topics(settings, 3, keep_forever=False))
    other = settings.model_copy(update={"app_id": f"{settings.app_id}-b"})
    with pytest.raises(SegueError, match=r"orders\.v1 has 3, .*asked for 4; nothing was created"):
        asyncio.run(apply_topics(other, 4, keep_forever=False))
    four = settings.model_copy(update={"partitions": 4})
    assert wrong(four) == dict.fromkeys(
        (*settings.topics.inputs, settings.topics.changelog), "3 partitions, expected 4"
    )


def test_wrong_settings_are_set_and_no_others_and_what_would_lose_records_is_left(settings: Settings) -> None:
    changelog, orders = settings.topics.changelog, settings.topics.orders
    asyncio.run(create(settings, NewTopic(changelog, 3, 1, topic_configs={"max.message.bytes": "2000000"})))
    asyncio.run(create(settings, NewTopic(orders, 3, 1, topic_configs={"cleanup.policy": "compact"})))
    done = asyncio.run(apply_topics(settings, None, keep_forever=False))
    compacted = f"{changelog} cleanup.policy=compact (was delete)"
    assert done.altered[0] == compacted
    assert done.left == [f"{orders}: cleanup.policy is compact, expected delete"]
    wait_for(lambda: wrong(settings).keys() == {orders}, 15, "the settings")
    kept = asyncio.run(topic_configs(settings, {changelog: ["max.message.bytes", "cleanup.policy"]}))
    assert kept == {changelog: {"max.message.bytes": "2000000", "cleanup.policy": "compact"}}
    again = asyncio.run(apply_topics(settings, None, keep_forever=False))
    assert again == Applied([], [], done.left)


def test_what_segue_keeps_for_itself_has_one_partition_and_its_own_retention(settings: Settings) -> None:
    asyncio.run(apply_topics(settings, 3, keep_forever=True))
    told = {finding.name: finding.detail for finding in asyncio.run(plan_topics(settings))}
    assert told[settings.topics.control] == "1 partitions, cleanup.policy compact"
    assert told[settings.topics.freezes] == "1 partitions, cleanup.policy delete"


async def create(settings: Settings, topic: NewTopic) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka.bootstrap_servers)
    await admin.start()
    try:
        await admin.create_topics([topic])
        while topic.name not in await partition_counts(settings):
            await asyncio.sleep(0.05)
    finally:
        await admin.close()
