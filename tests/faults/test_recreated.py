"""A topic is created again, or loses its beginning: the worker stops with an instruction, and nothing is paid twice."""

import shutil
from pathlib import Path
from typing import Final

import pytest
from confluent_kafka.admin import AdminClient

from tests.faults.verdict import paid_twice
from tests.faults.whole_load import tell
from tests.kafka.beheading import behead
from tests.kafka.feeding import feed
from tests.kafka.shop import Shop, create_topics, open_shop
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.long_faults]
PARTITIONS: Final = 2
ORDERS: Final = 2_000
LIMIT_S: Final = 90.0
REFUSED: Final = 70
WRITTEN: Final = {"SEGUE_STATE__UNWRITTEN_SECONDS": "0.2"}
"""So that its disk knows how far it had come."""

ENDINGS: Final = (
    "is next to be read: the topic was created again",
    "has not all its inputs any more (IllegalStateError: No current assignment for partition TopicPartition(topic=",
)
"""Of an input that was created again under a worker; the second if it asks for topics while this one is not there."""


@pytest.fixture
def shop(apache_kafka: str) -> Shop:
    """A deployment with half of its load."""
    made = open_shop(apache_kafka, PARTITIONS)
    records = tell(PARTITIONS, ORDERS).records
    feed(made, records[: len(records) // 2])
    return made


def feed_the_rest(shop: Shop) -> None:
    records = tell(PARTITIONS, ORDERS).records
    feed(shop, records[len(records) // 2 :])


def recreate(shop: Shop, topic: str) -> None:
    admin = AdminClient({"bootstrap.servers": shop.bootstrap})
    admin.delete_topics([topic])[topic].result(LIMIT_S)
    wait_for(lambda: topic not in admin.list_topics(timeout=LIMIT_S).topics, LIMIT_S, f"{topic} is gone")
    create_topics(shop, only=topic)


def stopped(shop: Shop, directory: Path) -> str:
    """Start a worker that cannot go on; gives what it tells the operator."""
    with WorkerProcess(shop, directory, WRITTEN) as worker:
        return told(worker)


def told(worker: WorkerProcess) -> str:
    assert worker.wait_ended(LIMIT_S) == REFUSED, worker.log[-3_000:]
    instruction = next(line for line in worker.log.splitlines() if line.startswith("error: "))
    assert "Operator action: " in instruction
    return instruction


def test_a_changelog_that_was_created_again_stops_the_worker_whatever_it_has_on_its_disk(
    shop: Shop, tmp_path: Path
) -> None:
    with WorkerProcess(shop, tmp_path / "ann", WRITTEN) as worker:
        shop.wait_until_worked(LIMIT_S)
        wait_for(lambda: worker.metric("segue_unwritten_rows") == 0, LIMIT_S, "all on its disk")
        recreate(shop, shop.topics.changelog)
        feed_the_rest(shop)
        assert "the changelog was deleted or created again" in told(worker)
    left = shop.left()
    assert "the changelog was deleted or created again" in stopped(shop, tmp_path / "ann")
    shutil.rmtree(tmp_path / "ann")
    assert "the changelog was lost" in stopped(shop, tmp_path / "ann")
    assert shop.left() == left > 0
    assert paid_twice(shop) == []


def test_a_changelog_that_has_lost_its_beginning_stops_whoever_lacks_it(shop: Shop, tmp_path: Path) -> None:
    with WorkerProcess(shop, tmp_path / "ann", WRITTEN) as worker:
        shop.wait_until_worked(LIMIT_S)
        wait_for(lambda: worker.metric("segue_unwritten_rows") == 0, LIMIT_S, "all on its disk")
    behead(shop, shop.topics.changelog, dict.fromkeys(range(PARTITIONS), 5))
    feed_the_rest(shop)
    left = shop.left()
    assert " begins at 5, the local store is at 0: rows between them were deleted" in stopped(shop, tmp_path / "bob")
    assert shop.left() == left > 0
    with WorkerProcess(shop, tmp_path / "ann", WRITTEN) as worker:
        shop.wait_until_worked(LIMIT_S)
        assert len(list(worker.told("a changelog has lost its first rows: only this disk has them"))) == PARTITIONS
    assert paid_twice(shop) == []


def test_an_input_that_was_created_again_stops_the_worker(shop: Shop, tmp_path: Path) -> None:
    with WorkerProcess(shop, tmp_path / "ann", WRITTEN) as worker:
        shop.wait_until_worked(LIMIT_S)
        recreate(shop, shop.topic("orders"))
        instruction = told(worker)
        assert any(ending in instruction for ending in ENDINGS), instruction
    assert "is next to be read: the topic was created again" in stopped(shop, tmp_path / "ann")
    assert paid_twice(shop) == []
