"""A consumer and positions to read from in, a level that hears how far it has come and where logs end out."""

from collections.abc import Iterable
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from app.runtime.fetch_times import note_fetches
from app.serving.level import End, Level, Place

FETCH_WAIT_MS: Final = 250


def follow_from(consumer: AIOKafkaConsumer, positions: dict[Place, int], level: Level) -> None:
    """Let a consumer read these partitions from there on; the level hears where they end as fetches are answered."""
    consumer.assign([TopicPartition(*place) for place in positions])
    for place, position in positions.items():
        consumer.seek(TopicPartition(*place), position)
    note_fetches(
        consumer._fetcher,
        lambda tp, state, sent_at: level.ended((tp.topic, tp.partition), End(state.lso, sent_at)),
    )


async def note_positions(consumer: AIOKafkaConsumer, places: Iterable[Place], level: Level) -> None:
    """Let the level hear how far a consumer has come."""
    for place in places:
        level.read_to(place, await consumer.position(TopicPartition(*place)))
