"""Whoever decides freezes: exactly one version of each, whatever happens to the one before."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable

import pytest

from app.control.coordinator import Coordinator
from app.control.reader import ControlReader
from app.settings import Settings
from schemas.control import CutPointsRecord, FreezesRecord
from schemas.freezes import FreezeChunk, chunk_key, encode_chunk
from tests.builders import DAY
from tests.control.conftest import PARTITIONS
from tests.control.freezing import Held, chunks
from tests.control.records import policy
from tests.control.writing import FLUSH_S, control, published, transaction, write, write_chunks
from tests.kafka.shop import Shop

pytestmark = pytest.mark.kafka
LIMIT_S = 40.0
T1, T2, T3 = 14_000 * DAY, 14_001 * DAY, 14_002 * DAY
CUSTOMERS: list[Held] = [(0, 1 + n % 7, 100 * n) for n in range(150)]


def told(at: int, customers: list[Held], size: int = 20) -> list[FreezeChunk]:
    """Cut what everybody holds into chunks of all partitions, in any order."""
    every = [chunk for p in range(PARTITIONS) for chunk in chunks(at, p, customers[p::PARTITIONS], size)]
    random.Random(at).shuffle(every)
    return every


def versions(shop: Shop) -> list[CutPointsRecord]:
    return [record for record in published(shop) if isinstance(record, CutPointsRecord)]


async def decided(reader: ControlReader, at: int) -> None:
    await asyncio.wait_for(reader.until(lambda view: view.decided >= at), LIMIT_S)


@pytest.fixture
def stream(settings: Settings) -> Settings:
    return settings.model_copy(update={"clock": "stream"})


@pytest.fixture
async def begin(shop: Shop, reader: ControlReader) -> AsyncIterator[Callable[[Settings], Coordinator]]:
    """Start coordinators, all of one reader, and stop them at the end."""
    write(shop, shop.topics.control, control(policy(1, 0)))
    begun: list[Coordinator] = []

    def start(settings: Settings) -> Coordinator:
        coordinator = Coordinator(settings, reader, PARTITIONS)
        coordinator.start()
        begun.append(coordinator)
        return coordinator

    yield start
    for coordinator in begun:
        await coordinator.stop()


Begin = Callable[[Settings], Coordinator]


async def test_chunks_of_all_partitions_in_any_order_lead_to_one_exact_version(
    shop: Shop, stream: Settings, reader: ControlReader, begin: Begin
) -> None:
    first, *others = told(T1, CUSTOMERS)
    write_chunks(shop, first)
    begin(stream)
    for start in range(0, len(others), 5):
        write_chunks(shop, *others[start : start + 5])
    await decided(reader, T1)
    (one,) = versions(shop)
    frequency, monetary = sorted(held[1] for held in CUSTOMERS), sorted(held[2] for held in CUSTOMERS)
    assert (one.frequency, one.monetary) == ((frequency[49], frequency[100]), (monetary[49], monetary[100]))
    assert (one.version, one.frozen_at, one.effective_at, one.customers) == (1, T1, T1 + 600_000, 150)
    assert published(shop)[-1] == FreezesRecord(T1, reader.view.read_from)


async def test_aborted_chunks_do_not_count(shop: Shop, stream: Settings, reader: ControlReader, begin: Begin) -> None:
    begin(stream)
    with transaction(shop) as producer:
        for chunk in told(T1, CUSTOMERS[:120]):
            producer.produce(shop.topics.freezes, encode_chunk(chunk), chunk_key(chunk), partition=0)
        producer.flush(FLUSH_S)
        producer.abort_transaction(FLUSH_S)
    write_chunks(shop, *told(T1, CUSTOMERS))
    await decided(reader, T1)
    assert [one.customers for one in versions(shop)] == [150]


async def test_too_few_customers_are_decided_without_a_version(
    shop: Shop, stream: Settings, reader: ControlReader, begin: Begin
) -> None:
    begin(stream)
    write_chunks(shop, *told(T1, CUSTOMERS[:99]), *told(T2, CUSTOMERS[:100]))
    await decided(reader, T2)
    assert [(one.version, one.frozen_at) for one in versions(shop)] == [(1, T2)]


async def test_one_that_is_gone_between_chunks_is_followed_by_one_that_reads_them_again(
    shop: Shop, stream: Settings, reader: ControlReader, begin: Begin
) -> None:
    write_chunks(shop, *told(T1, CUSTOMERS))
    half, rest = told(T2, CUSTOMERS)[:5], told(T2, CUSTOMERS)[5:]
    first = begin(stream)
    write_chunks(shop, *half)
    await decided(reader, T1)
    await first.stop()
    write_chunks(shop, *rest)
    assert reader.view.decided == T1
    begin(stream)
    await decided(reader, T2)
    assert [(one.version, one.frozen_at, one.customers) for one in versions(shop)] == [(1, T1, 150), (2, T2, 150)]


async def test_of_two_that_both_think_they_may_only_the_newest_publishes(
    shop: Shop, stream: Settings, reader: ControlReader, begin: Begin
) -> None:
    begin(stream)
    write_chunks(shop, *told(T1, CUSTOMERS))
    await decided(reader, T1)
    begin(stream)
    for at in (T2, T3):
        write_chunks(shop, *told(at, CUSTOMERS))
        await decided(reader, at)
    await asyncio.sleep(2)  # whoever was fenced comes back after the session timeout, and finds all decided
    assert [(one.version, one.frozen_at) for one in versions(shop)] == [(1, T1), (2, T2), (3, T3)]


async def test_under_the_wall_clock_a_late_version_is_re_dated_and_a_freeze_that_one_missed_is_given_up(
    shop: Shop, settings: Settings, reader: ControlReader, begin: Begin
) -> None:
    begin(settings)
    write_chunks(shop, *(chunk for chunk in told(T1, CUSTOMERS) if chunk.partition != 1), *told(T2, CUSTOMERS)[:-1])
    await asyncio.sleep(2)
    assert versions(shop) == []
    before = int(time.time() * 1000)
    write_chunks(shop, told(T2, CUSTOMERS)[-1])
    await decided(reader, T2)
    (one,) = versions(shop)
    assert (one.version, one.frozen_at) == (1, T2)
    assert before + 30_000 <= one.effective_at <= int(time.time() * 1000) + 40_000


async def test_a_chunk_that_nobody_can_read_is_passed_over(
    shop: Shop, stream: Settings, reader: ControlReader, begin: Begin
) -> None:
    begin(stream)
    write(shop, shop.topics.freezes, [(b"junk", b"\xff"), (b"0/0/0", b"")])
    write_chunks(shop, FreezeChunk(T1, PARTITIONS, 0, True, None, None, None), *told(T1, CUSTOMERS))
    await decided(reader, T1)
    assert [one.customers for one in versions(shop)] == [150]
