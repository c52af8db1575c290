"""A deployment on the embedded broker, and a file of one event of each kind."""

import asyncio
import uuid
from pathlib import Path

import pytest

from app.demo.topics import make_topics
from app.kafka_settings import KafkaSettings
from app.settings import Settings
from schemas.topics import Topics
from tests.backfilling.histories import EVERYTHING
from tests.backfilling.stage import PARTITIONS
from tests.kafka.shop import Shop
from tests.simulate.files import ndjson, written


@pytest.fixture
def shop(embedded_broker: str, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A deployment of its own, whose topics are there and empty."""
    name = f"t{uuid.uuid4().hex[:10]}"
    monkeypatch.setenv("SEGUE_KAFKA__BOOTSTRAP_SERVERS", embedded_broker)
    monkeypatch.setenv("SEGUE_TOPIC_PREFIX", f"{name}.")
    monkeypatch.setenv("SEGUE_APP_ID", name)
    kafka = KafkaSettings(bootstrap_servers=embedded_broker)
    asyncio.run(make_topics(Settings(app_id=name, topic_prefix=f"{name}.", kafka=kafka), PARTITIONS, embedded=True))
    return Shop(embedded_broker, Topics(f"{name}.", name), PARTITIONS)


@pytest.fixture
def events(tmp_path: Path) -> str:
    return str(written(tmp_path / "events.ndjson", ndjson(EVERYTHING)))
