"""A changelog with a transaction that hangs: its partition waits and says why, instead of calling the log lost."""

from functools import partial
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka import Producer

from app.runtime.errors import StateRefused
from app.runtime.restore import Unsettled, restore
from tables.keys import POSITION
from tables.position import Position, encode_position
from tests.builders import MEMORY, T0
from tests.kafka.shop import open_shop

pytestmark = pytest.mark.kafka


async def test_a_store_ahead_of_a_hanging_transaction_waits_and_one_ahead_of_the_log_is_refused(
    apache_kafka: str, tmp_path: Path
) -> None:
    changelog = open_shop(apache_kafka, 1).topics.changelog
    producer = Producer({"bootstrap.servers": apache_kafka, "transactional.id": changelog})
    producer.init_transactions(30)
    producer.begin_transaction()
    for _ in range(3):
        producer.produce(changelog, b"row", b"cann", partition=0)
    producer.flush(30)
    consumer = partial(AIOKafkaConsumer, bootstrap_servers=apache_kafka)
    for position, refusal in ((2, Unsettled), (9, StateRefused)):
        db = MEMORY.open(tmp_path / str(position))
        db.put(POSITION, encode_position(Position(position, T0)))
        with pytest.raises(refusal, match="Operator action"):
            await restore(db, TopicPartition(changelog, 0), consumer, lambda _: None, lambda: T0)
        db.close()
    producer.abort_transaction(30)
