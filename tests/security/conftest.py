"""One secure broker for all tests of a process that need one."""

from collections.abc import Iterator

import pytest

from tests.brokers.apache import ApacheKafka
from tests.security.secure_broker import SecureBroker, secure_broker


@pytest.fixture(scope="session")
def secured(apache_broker: type[ApacheKafka], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureBroker]:
    with secure_broker(tmp_path_factory.mktemp("secured"), apache_broker) as broker:
        yield broker
