"""A deployment of its own on real Kafka, its settings, and a reader of its control topic."""

from collections.abc import AsyncIterator

import pytest

from app.control.reader import ControlReader
from app.kafka_settings import KafkaSettings
from app.settings import Settings
from tests.kafka.shop import Shop, open_shop

PARTITIONS = 3


@pytest.fixture
def shop(apache_kafka: str) -> Shop:
    return open_shop(apache_kafka, PARTITIONS)


@pytest.fixture
def settings(shop: Shop) -> Settings:
    kafka = KafkaSettings(bootstrap_servers=shop.bootstrap, session_timeout_ms=1_000)
    return Settings(app_id=shop.topics.app_id, topic_prefix=shop.topics.prefix, kafka=kafka)


@pytest.fixture
async def reader(settings: Settings) -> AsyncIterator[ControlReader]:
    reading = ControlReader(settings)
    reading.start()
    yield reading
    await reading.stop()
