"""The topics of a run: created on a real broker, touched into being on the embedded one."""

import asyncio
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient

from app.runtime.clients import client_options
from app.runtime.errors import SegueError
from app.settings import Settings
from app.topic_apply import apply_topics
from app.topic_check import partition_counts

APPEAR_SECONDS: Final = 15


async def make_topics(settings: Settings, partitions: int, *, embedded: bool) -> None:
    """Make every topic of the deployment, and wait until the brokers tell of them all."""
    if embedded:
        await _touch(settings)
    else:
        await apply_topics(settings, partitions, keep_forever=True)
    needed = {plan.name for plan in settings.topics.plan()}
    try:
        async with asyncio.timeout(APPEAR_SECONDS):
            while not needed <= (await partition_counts(settings)).keys():
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise SegueError(f"topics did not appear in {APPEAR_SECONDS} s: {', '.join(sorted(needed))}") from None


async def _touch(settings: Settings) -> None:
    """Ask for the topics: the embedded broker cannot create any, but has whatever it is asked for."""
    admin = AIOKafkaAdminClient(**client_options(settings.kafka))
    try:
        await admin.start()
        await admin.describe_topics([plan.name for plan in settings.topics.plan()])
    finally:
        await admin.close()
