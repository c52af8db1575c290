"""What topics the brokers have in; the partition counts a worker needs out, or one clear error."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Final

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from app.connection_refusals import addresses_of, why_refused
from app.kafka_settings import KafkaSettings
from app.runtime.clients import client_options
from app.runtime.errors import SegueError
from app.settings import Settings

ATTEMPTS: Final = 3


async def partition_counts(settings: Settings) -> dict[str, int]:
    """Ask the brokers for all topics and their partitions; SegueError when they cannot be reached."""
    async with reached(settings.kafka) as client:
        cluster = await client.fetch_all_metadata()
        return {topic: len(cluster.partitions_for_topic(topic) or ()) for topic in cluster.topics()}


@asynccontextmanager
async def reached(kafka: KafkaSettings) -> AsyncIterator[AIOKafkaClient]:
    """Hold a client that has found the brokers; whatever goes wrong at them is one SegueError that says why."""
    chatter = logging.getLogger("aiokafka")
    level = chatter.level
    chatter.setLevel(logging.CRITICAL)  # what it says of an unreachable broker, our one error says better
    client = AIOKafkaClient(**client_options(kafka), request_timeout_ms=10_000)
    try:
        await _bootstrap(client, kafka)
        yield client
    except (KafkaError, OSError) as error:
        # Brokers may be known by other names than those they were found by.
        named = [(broker.host, broker.port) for broker in client.cluster.brokers()]
        raise SegueError(await why_refused(kafka, named) or _unreached(kafka, error)) from error
    finally:
        await client.close()
        chatter.setLevel(level)


def _unreached(kafka: KafkaSettings, error: Exception) -> str:
    return (
        f"cannot reach Kafka at {kafka.bootstrap_servers}: {type(error).__name__}. Operator action: check "
        "that the brokers are up, and address, protocol and credentials in SEGUE_KAFKA__*."
    )


async def _bootstrap(client: AIOKafkaClient, kafka: KafkaSettings) -> None:
    """Connect; brokers that are just starting get a few seconds, and those that refuse us none."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            await client.bootstrap()
        except KafkaError as error:
            refused = await why_refused(kafka, addresses_of(kafka))
            if refused is not None:
                raise SegueError(refused) from error
            if attempt == ATTEMPTS:
                raise
            await asyncio.sleep(1)
        else:
            return


def check_topics(settings: Settings, counts: dict[str, int], needed: Collection[str] | None = None) -> int:
    """Give the number of partitions of every input; SegueError names all that is missing or unequal.

    `needed`: the topics that must be there; None = all of them.
    """
    topics = settings.topics
    missing = [
        plan.name for plan in topics.plan() if plan.name not in counts and (needed is None or plan.name in needed)
    ]
    if missing:
        raise SegueError(
            f"topics are missing: {', '.join(missing)}. Operator action: create them with `segue topics apply`."
        )
    together = {name: counts[name] for name in (*topics.inputs, topics.changelog)}
    partitions = settings.partitions or counts[topics.orders]
    wrong = {name: count for name, count in together.items() if count != partitions}
    if wrong:
        found = ", ".join(f"{name} has {count}" for name, count in wrong.items())
        raise SegueError(
            f"partition counts differ: {found}, expected {partitions}. Operator action: inputs and changelog need "
            "equal counts; create the wrong ones again."
        )
    return partitions
