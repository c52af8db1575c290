"""Topics on Apache Kafka in, views that hold what was committed and nothing else out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from confluent_kafka import Producer

from app.kafka_settings import KafkaSettings
from app.serving import looking_up
from app.serving.asking import Desk
from app.serving.program import reading_side
from app.settings import ServingSettings, Settings
from tables.scanning import scan
from tests.kafka.shop import Shop, open_shop
from tests.serving.telling import BEGIN, DAY, Log

pytestmark = pytest.mark.kafka
LIMIT_S: Final = 30


@pytest.fixture(scope="module")
def shop(apache_kafka: str) -> Shop:
    return open_shop(apache_kafka, partitions=2)


async def until(true: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(LIMIT_S):
        while not true():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def copy(shop: Shop, directory: Path) -> AsyncIterator[Desk]:
    """Run a copy of the read side until the block ends."""
    settings = Settings(
        app_id=shop.topics.app_id,
        topic_prefix=shop.topics.prefix,
        kafka=KafkaSettings(bootstrap_servers=shop.bootstrap),
        serving=ServingSettings(directory=directory, port=0),
    )
    async with reading_side(settings) as (desk, _, following):
        await until(lambda: desk.level.ready or following.done())
        yield desk


def publish(shop: Shop, log: Log, *, commit: bool = True) -> None:
    """Write the records of a log in one transaction."""
    producer = Producer({"bootstrap.servers": shop.bootstrap, "transactional.id": f"{shop.topics.app_id}-told"})
    producer.init_transactions(LIMIT_S)
    producer.begin_transaction()
    for record in log.waiting:
        headers: Any = record.headers
        producer.produce(
            record.topic,
            record.value,
            record.key,
            shop.partition_of((record.key or b"").decode()),
            headers=headers,
        )
    producer.flush(LIMIT_S)
    if commit:
        producer.commit_transaction(LIMIT_S)
    else:
        producer.abort_transaction(LIMIT_S)
    log.waiting.clear()


def sizes(desk: Desk) -> dict[str, int]:
    """Say how many stand where."""
    return {name: size for name, size in desk.view.sizes.items() if size}


def told(desk: Desk) -> Iterator[tuple[object, object]]:
    """Give the rows that answers are made of."""
    for family in (b"c", b"s", b"d", b"t", b"r", b"p", b"m", b"w"):
        for key in scan(desk.view.db, family, family + b"\xff" * 200, -1):
            yield key, desk.view.db.get(key)


async def test_a_copy_holds_what_was_committed_and_goes_on_where_it_stopped(
    shop: Shop, log: Log, tmp_path: Path
) -> None:
    log.topics = shop.topics
    for number in range(40):
        log.move(f"c{number}", None, "recent", BEGIN)
    publish(shop, log)
    log.move("never", None, "recent", BEGIN)
    publish(shop, log, commit=False)
    async with copy(shop, tmp_path / "one") as desk:
        assert sizes(desk) == {"recent": 40}
        assert looking_up.customer(desk.view, b"never") is None
        assert desk.level.behind == 0
        as_of = desk.level.as_of
        log.move("c0", "recent", "loyal", BEGIN + DAY)
        publish(shop, log)
        await until(lambda: sizes(desk) == {"recent": 39, "loyal": 1})
        await until(lambda: desk.level.as_of > as_of)
    log.move("c1", "recent", "loyal", BEGIN + DAY)
    log.erase("c2", BEGIN + DAY)
    publish(shop, log)
    async with copy(shop, tmp_path / "one") as again, copy(shop, tmp_path / "two") as other:
        assert sizes(again) == sizes(other) == {"recent": 37, "loyal": 2}
        read_again = again.metrics.records._value.get()
        assert 0 < read_again < 10, "what was read before the stop is not read twice"
        rows = [dict(told(desk)) for desk in (again, other)]
        assert rows[0] == rows[1], "a copy that went on and one that began are equal"
    log.move("c3", "recent", "loyal", BEGIN + DAY)
    publish(shop, log)
    (tmp_path / "two" / "view.db").rename(tmp_path / "lost")
    for table in (tmp_path / "one" / "view.db").glob("MANIFEST*"):
        table.write_bytes(b"spoilt")
    async with copy(shop, tmp_path / "one") as spoilt, copy(shop, tmp_path / "two") as lost:
        assert sizes(spoilt) == sizes(lost) == {"recent": 36, "loyal": 3}
