"""Settings in, an admin client out; what goes wrong at the brokers becomes one clear error."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient

from app.kafka_errors import clear_kafka_errors
from app.runtime.clients import client_options
from app.settings import Settings


@asynccontextmanager
async def open_admin(settings: Settings) -> AsyncIterator[Any]:
    """Hold an admin client; SegueError for everything that goes wrong while it is held."""
    admin = AIOKafkaAdminClient(**client_options(settings.kafka))
    try:
        with clear_kafka_errors(settings.kafka, "may administer topics"):
            await admin.start()
            yield admin
    finally:
        await admin.close()
