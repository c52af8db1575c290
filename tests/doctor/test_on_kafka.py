"""A deployment on real Kafka: found fit, then spoilt, and every spoilt part found."""

import asyncio
import time
from pathlib import Path

import pytest

from app.control.first_policy import first_record
from app.doctor.finding import Finding
from app.doctor.program import examine
from app.kafka_settings import KafkaSettings
from app.settings import Settings, StateSettings
from schemas.rows import LAYOUT, ROWS, IdentityRow, ProgressRow
from tables.codec import encode
from tables.keys import IDENTITY, PROGRESS
from tables.tombstones import Tombstones
from tests.control.writing import control, write
from tests.kafka.beheading import behead
from tests.kafka.feeding import Sent, feed, new_producer
from tests.kafka.shop import Shop, open_shop

pytestmark = pytest.mark.kafka


def examined(shop: Shop, directory: Path) -> list[Finding]:
    settings = Settings(
        app_id=shop.topics.app_id,
        topic_prefix=shop.topics.prefix,
        kafka=KafkaSettings(bootstrap_servers=shop.bootstrap),
        state=StateSettings(directory=directory),
    )
    return asyncio.run(examine(settings, limit_s=30))


def errors(findings: list[Finding]) -> dict[str, str]:
    return {one.check: one.told for one in findings if one.level == "error"}


def test_a_deployment_is_found_fit_and_each_thing_that_is_spoilt_is_found(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, 2, {"dlq.v1": 0})
    now = time.time_ns() // 1_000_000
    home = shop.partition_of("ann")
    feed(shop, [Sent(b"ann", b"{}", now, home), Sent(None, b"{}", now, home), Sent(b"ann", b"{}", now, 1 - home)])
    before = examined(shop, tmp_path)
    assert errors(before) == {
        "topics": f"missing: {shop.topics.dead_letters}",
        "keys": f"{shop.topics.orders}: of 3 records 1 in another partition than murmur2 of their key says and 1 "
        "without a key",
    }
    fit = {one.check: one.told for one in before if one.level == "ok"}
    assert fit["broker"] == "1 broker, Apache Kafka 4.3"
    assert fit["transactions"].endswith("-doctor")
    assert fit["workers"] == "none runs, 2 partitions for the first"
    assert fit["changelog"].startswith("empty")

    feed(shop, [Sent(b"ann", b"{}", now + 120_000, home)])
    write(shop, shop.topics.control, control(first_record("seed")))
    put_identity(shop, 0, partitions=2)
    after = examined(shop, tmp_path)
    assert "ahead of this machine's clock" in errors(after)["clock"]
    (state,) = [one for one in after if one.check == "changelog"]
    assert (state.level, state.told.split(",")[0]) == ("ok", "1 of 2 partitions have state")
    assert fit["rights"]
    put(shop, 0, PROGRESS, encode(ProgressRow({}, now, {}, LAYOUT + 1)))
    newer = next(one for one in examined(shop, tmp_path) if one.check == "changelog")
    assert f"the rows of the state have layout {LAYOUT + 1}" in newer.told
    assert "run the version that wrote them" in newer.action
    put(shop, 0, PROGRESS, encode(ProgressRow({}, now, {}, LAYOUT)))
    put_identity(shop, 1, partitions=3)
    assert f"belongs to {shop.topics.app_id} with 3 partitions" in errors(examined(shop, tmp_path))["changelog"]


def test_a_changelog_that_has_lost_its_first_rows_is_found(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, 2)
    write(shop, shop.topics.control, control(first_record("seed")))
    put_identity(shop, 1, partitions=2)
    put(shop, 1, PROGRESS, encode(ProgressRow({}, 0, {}, LAYOUT)))
    behead(shop, shop.topics.changelog, {1: 1})
    found = errors(examined(shop, tmp_path))
    assert (
        f"were deleted, by retention or by hand: {shop.topics.changelog}[1] at 1 is the first left"
        in found["changelog"]
    )
    assert "cleanup.policy is compact,delete, expected compact" in found["topics"]


def put_identity(shop: Shop, partition: int, *, partitions: int) -> None:
    """Begin a partition of the changelog as the first transaction of a task does."""
    secret = Tombstones(shop.topics.app_id.encode()).fingerprint
    row = IdentityRow(shop.topics.app_id, partition, partitions, first_record("seed").fingerprint, secret, ROWS)
    put(shop, partition, IDENTITY, encode(row))


def put(shop: Shop, partition: int, key: bytes, row: bytes) -> None:
    producer = new_producer(shop)
    producer.produce(shop.topics.changelog, row, key, partition=partition)
    producer.flush(30)
