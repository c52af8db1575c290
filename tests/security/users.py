"""Users of the secure broker: how they reach it, and with which rights."""

import asyncio
from typing import Final

import pytest

from app.kafka_settings import KafkaSettings
from app.rights import Process, rights_of
from app.runtime.errors import SegueError
from app.settings import Settings
from app.topic_check import partition_counts
from schemas.topics import Topics
from tests.security.secure_broker import SecureBroker

PASSWORD: Final = "canary-5e0c"  # noqa: S105  # of users that live as long as a test's broker


def reaching(secured: SecureBroker, user: str, listener: str = "SECURE", **other: str) -> dict[str, str]:
    """Say in SEGUE_ settings how a user reaches a listener."""
    return {
        "SEGUE_KAFKA__BOOTSTRAP_SERVERS": secured.server(listener),
        "SEGUE_KAFKA__SECURITY_PROTOCOL": "SASL_SSL",
        "SEGUE_KAFKA__SSL_CAFILE": str(secured.authority.file),
        "SEGUE_KAFKA__SASL_USERNAME": user,
        "SEGUE_KAFKA__SASL_PASSWORD": PASSWORD,
    } | other


def kafka_of(environment: dict[str, str]) -> KafkaSettings:
    named = {name.removeprefix("SEGUE_KAFKA__").lower(): value for name, value in environment.items()}
    return KafkaSettings.model_validate(named)


def settings_of(secured: SecureBroker, topics: Topics, user: str, listener: str = "SECURE") -> Settings:
    return Settings(app_id=topics.app_id, topic_prefix=topics.prefix, kafka=kafka_of(reaching(secured, user, listener)))


def allow(secured: SecureBroker, process: Process, topics: Topics) -> str:
    """Make a user that has the rights of a process under these names; gives her name."""
    user = f"{process}-of-{topics.app_id}"
    secured.set_password(user, PASSWORD)
    secured.grant(user, *rights_of(process, topics))
    return user


def refused(kafka: KafkaSettings) -> str:
    with pytest.raises(SegueError) as error:
        asyncio.run(partition_counts(Settings(kafka=kafka)))
    assert "Operator action" in str(error.value)
    return str(error.value)
