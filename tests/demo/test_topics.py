"""A deployment's topics on real Kafka: created once, found right, found wrong."""

import asyncio
import uuid

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from app.kafka_settings import KafkaSettings
from app.runtime.errors import SegueError
from app.settings import Settings
from app.topic_apply import apply_topics, plan_topics

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(apache_kafka: str) -> Settings:
    name = f"topics-{uuid.uuid4().hex[:8]}"
    return Settings(app_id=name, topic_prefix=f"{name}.", kafka=KafkaSettings(bootstrap_servers=apache_kafka))


def states(settings: Settings) -> set[str]:
    return {finding.state for finding in asyncio.run(plan_topics(settings))}


def test_missing_topics_are_created_once(settings: Settings) -> None:
    assert states(settings) == {"missing"}
    created = asyncio.run(apply_topics(settings, 3, keep_forever=True))
    assert created == [plan.name for plan in settings.topics.plan()]
    assert states(settings) == {"present"}
    assert asyncio.run(apply_topics(settings, 3, keep_forever=True)) == []


def test_only_what_is_missing_is_created(settings: Settings) -> None:
    asyncio.run(apply_topics(settings, 3, keep_forever=False))
    other = settings.model_copy(update={"app_id": f"{settings.app_id}-b"})
    assert asyncio.run(apply_topics(other, 3, keep_forever=False)) == [other.topics.changelog]


def test_unequal_partitions_are_found_and_nothing_is_created(settings: Settings) -> None:
    asyncio.run(apply_topics(settings, 3, keep_forever=False))
    other = settings.model_copy(update={"app_id": f"{settings.app_id}-b"})
    with pytest.raises(SegueError, match=r"orders\.v1 has 3, .*asked for 4; nothing was created"):
        asyncio.run(apply_topics(other, 4, keep_forever=False))
    findings = asyncio.run(plan_topics(settings.model_copy(update={"partitions": 4})))
    wrong = {finding.name: finding.detail for finding in findings if finding.state == "wrong"}
    assert wrong == dict.fromkeys((*settings.topics.inputs, settings.topics.changelog), "3 partitions, expected 4")


def test_a_changelog_that_forgets_is_found(settings: Settings) -> None:
    changelog = settings.topics.changelog
    asyncio.run(create(settings, NewTopic(changelog, 3, 1, topic_configs={"cleanup.policy": "delete"})))
    asyncio.run(apply_topics(settings, 3, keep_forever=False))
    wrong = [finding for finding in asyncio.run(plan_topics(settings)) if finding.state == "wrong"]
    assert [finding.name for finding in wrong] == [changelog]
    assert "cleanup.policy is delete, expected compact" in wrong[0].detail


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
    finally:
        await admin.close()
