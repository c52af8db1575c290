"""The topics of a run: created on a real broker, touched into being on the embedded one."""

from aiokafka.admin import AIOKafkaAdminClient

from app.runtime.clients import client_options
from app.settings import Settings
from app.topic_apply import apply_topics


async def make_topics(settings: Settings, partitions: int, *, embedded: bool) -> None:
    """Make every topic of the deployment."""
    if embedded:
        await _touch(settings)
    else:
        await apply_topics(settings, partitions, keep_forever=True)


async def _touch(settings: Settings) -> None:
    """Ask for the topics: the embedded broker cannot create any, but has whatever it is asked for."""
    admin = AIOKafkaAdminClient(**client_options(settings.kafka))
    try:
        await admin.start()
        await admin.describe_topics([plan.name for plan in settings.topics.plan()])
    finally:
        await admin.close()
