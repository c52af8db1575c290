"""Settings in, an admin client out; what goes wrong at the brokers becomes one clear error."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from app.runtime.clients import client_options
from app.runtime.errors import SegueError
from app.settings import Settings


@asynccontextmanager
async def open_admin(settings: Settings) -> AsyncIterator[Any]:
    """Hold an admin client; SegueError for everything that goes wrong while it is held."""
    admin = AIOKafkaAdminClient(**client_options(settings.kafka))
    try:
        await admin.start()
        yield admin
    except (KafkaError, OSError, TimeoutError) as error:
        raise SegueError(
            f"Kafka at {settings.kafka.bootstrap_servers} did not do as asked: {type(error).__name__}. Operator "
            "action: check the brokers, and that this user may administer topics."
        ) from error
    finally:
        await admin.close()
