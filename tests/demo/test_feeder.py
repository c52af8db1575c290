"""A year of events in, batches out: nothing lost, nothing out of order, no instant split."""

import gzip
from collections import Counter, defaultdict

import pytest

from app.demo import shop
from app.demo.derived import with_derived
from app.demo.feeder import BATCH_BYTES, LARGEST_BATCH_BYTES, Batch, batches

PARTITIONS = 4
KEPT_BYTES = 5 * 1024 * 1024  # of a partition, by the embedded broker


@pytest.fixture(scope="module")
def year() -> list[shop.ShopEvent]:
    return list(with_derived(shop.events()))


@pytest.fixture(scope="module")
def cut(year: list[shop.ShopEvent]) -> list[Batch]:
    return list(batches(year, PARTITIONS))


def test_every_event_is_in_one_batch_of_its_topic(year: list[shop.ShopEvent], cut: list[Batch]) -> None:
    assert sorted(event for batch in cut for event in batch.events) == sorted(year)
    assert all(event.feed == batch.feed for batch in cut for event in batch.events)


def test_no_batch_ends_in_the_middle_of_an_instant(cut: list[Batch]) -> None:
    ends: dict[tuple[str, int], int] = defaultdict(int)
    for batch in cut:
        instants = [event.occurred_at for event in batch.events]
        assert ends[batch.feed, batch.partition] < instants[0]
        assert instants == sorted(instants)
        ends[batch.feed, batch.partition] = instants[-1]


def test_a_batch_fits_into_one_request(cut: list[Batch]) -> None:
    assert all(batch.size == sum(len(event.payload) for event in batch.events) for batch in cut)
    assert max(batch.size for batch in cut) < 2 * BATCH_BYTES < LARGEST_BATCH_BYTES


def test_the_embedded_broker_keeps_the_whole_year(cut: list[Batch]) -> None:
    sizes: Counter[tuple[str, int]] = Counter()
    for batch in cut:
        sizes[batch.feed, batch.partition] += len(gzip.compress(b"".join(event.payload for event in batch.events)))
    assert len(sizes) == 3 * PARTITIONS
    assert max(sizes.values()) < KEPT_BYTES / 2


def test_a_customer_has_the_partition_that_java_would_choose() -> None:
    # org.apache.kafka.common.utils.Utils.murmur2 of "21" is -973932308, a value of Kafka's own test.
    (batch,) = batches([shop.ShopEvent("21", 1, b"{}")], 1000)
    assert batch.partition == (-973932308 & 0x7FFFFFFF) % 1000


def test_a_customer_has_the_same_partition_in_every_topic(cut: list[Batch]) -> None:
    homes: dict[str, set[int]] = defaultdict(set)
    for batch in cut:
        for event in batch.events:
            homes[event.customer_id].add(batch.partition)
    assert {len(partitions) for partitions in homes.values()} == {1}
