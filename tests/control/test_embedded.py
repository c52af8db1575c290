"""The control plane on the embedded broker, which has no administration and four partitions of everything."""

import asyncio
import uuid

from confluent_kafka import Producer

from app.control.coordinator import Coordinator
from app.control.first_policy import ensure_policy
from app.control.reader import ControlReader
from app.demo.topics import make_topics
from app.kafka_settings import KafkaSettings
from app.settings import Settings
from schemas.freezes import chunk_key, encode_chunk
from tests.builders import DAY, SEED
from tests.control.freezing import Held, chunks

T = 14_000 * DAY
CUSTOMERS: list[Held] = [(0, 1 + n % 3, n) for n in range(100)]


async def test_a_demo_gets_its_first_policy_and_its_cut_points(embedded_broker: str) -> None:
    name = f"t{uuid.uuid4().hex[:8]}"
    kafka = KafkaSettings(bootstrap_servers=embedded_broker, check_crcs=False)
    settings = Settings(app_id=name, topic_prefix=f"{name}.", clock="stream", kafka=kafka)
    await make_topics(settings, 4, embedded=True)
    reader = ControlReader(settings)
    reader.start()
    coordinator = Coordinator(settings, reader, partitions=2)
    try:
        await asyncio.wait_for(ensure_policy(settings, reader, SEED), 30)
        coordinator.start()
        producer = Producer({"bootstrap.servers": embedded_broker})
        for partition in range(2):
            for chunk in chunks(T, partition, CUSTOMERS[partition::2], 20):
                producer.produce(settings.topics.freezes, encode_chunk(chunk), chunk_key(chunk), partition=0)
        producer.flush(10)
        await asyncio.wait_for(reader.until(lambda view: view.decided == T), 30)
    finally:
        await coordinator.stop()
        await reader.stop()
    (version,) = reader.view.cut_points
    assert (version.version, version.customers, version.effective_at) == (1, 100, T + 600_000)
