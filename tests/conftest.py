"""The two brokers that tests may ask for, each started once a session."""

import logging
import os
import signal
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from app.demo.broker import EmbeddedBroker
from app.heap import spare_collector
from tests.brokers.apache import ApacheKafka, available

# Whoever starts the tests in the background of a shell lets them, and every process they start, ignore this.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says more about what else the machine does than about us.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Brokers of tests live for minutes: compiling them well took more CPU than it gave back, a sixth of what tests take.
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


def pytest_collection_finish() -> None:
    """Looking through what has been imported and collected took a tenth of the tests."""
    spare_collector()


@pytest.fixture(scope="session")
def apache_broker() -> type[ApacheKafka]:
    """The broker to start, if it can run here; continuous integration may not skip it."""
    reason = available()
    if reason is None:
        return ApacheKafka
    if os.environ.get("SEGUE_REQUIRE_KAFKA") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def apache_kafka(apache_broker: type[ApacheKafka], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with apache_broker(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker.bootstrap


@pytest.fixture(scope="session")
def embedded_broker() -> Iterator[str]:
    with EmbeddedBroker() as broker:
        yield broker.bootstrap


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """For tests that run a command here: it sets up the logging of its process, which is ours here."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level
