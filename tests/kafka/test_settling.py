"""What a broker has left hanging of a transaction that is over: the next owner aborts it, and nobody is paid by it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition

from app.runtime.sending import Wire, send_all
from app.runtime.written import tell_written
from app.transactional_ids import task_id
from tables.codec import encode
from tables.keys import PROGRESS
from tests.brokers.apache import ApacheKafka
from tests.kafka.audit import expected, remembered, state_faults, transition_faults
from tests.kafka.closing import closed
from tests.kafka.feeding import Sent, feed, sent
from tests.kafka.reading import read_all
from tests.kafka.settled import wait_until_settled
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import ShopLoad
from tests.kafka.worker_process import WorkerProcess

pytestmark = pytest.mark.kafka
UNVERIFIED = "transaction.partition.verification.enable=false\n"
"""Lets a producer write without having registered: what its coordinator knows nothing of gets no markers."""


@pytest.fixture
def careless_broker(apache_broker: type[ApacheKafka], tmp_path: Path) -> Iterator[str]:
    properties = tmp_path / "unverified.properties"
    properties.write_text(UNVERIFIED)
    with apache_broker(tmp_path / "broker", None, properties) as broker:
        yield broker.bootstrap


async def test_a_transaction_that_hangs_is_aborted_by_the_next_owner(careless_broker: str, tmp_path: Path) -> None:
    shop = open_shop(careless_broker, partitions=2)
    told = list(closed(shop, ShopLoad(seed=5, customers=60, orders=600).tell()))
    records = [sent(shop, one) for one in told]
    _work(shop, records[: len(records) // 2], tmp_path)
    for partition in range(shop.partitions):
        await _let_hang(shop, partition)
    assert shop.open_transactions() == {0, 1}
    aborted = _work(shop, records[len(records) // 2 :], tmp_path, told[-1].at)
    assert aborted == {0, 1}
    kept = remembered(shop)
    clocks = {p: row.clock for p, row in kept.progress().items()}
    wanted = expected(shop, [one.event for one in told], clocks)
    assert transition_faults(read_all(shop, shop.topics.transitions), wanted) == []
    assert state_faults(kept.customers(), wanted) == []
    assert not [read for read in read_all(shop, shop.topics.rewards) if read.value == b"of what hangs"]
    assert len(read_all(shop, shop.topics.rewards, "read_uncommitted")) > len(read_all(shop, shop.topics.rewards))
    assert shop.open_transactions() == set()


async def test_what_a_bridge_has_open_on_the_dead_letters_keeps_no_partition_from_opening(
    careless_broker: str, tmp_path: Path
) -> None:
    shop = open_shop(careless_broker, partitions=2)
    records = [sent(shop, one) for one in closed(shop, ShopLoad(seed=5, customers=60, orders=60).tell())]
    bridge = AIOKafkaProducer(bootstrap_servers=shop.bootstrap, transactional_id=f"{shop.topics.app_id}-bridge")
    await bridge.start()
    try:
        await bridge.begin_transaction()
        letter: list[Wire] = [(b"ann", b"what nobody can map", [], None)]
        for partition in range(shop.partitions):
            await send_all(bridge, {TopicPartition(shop.topics.dead_letters, partition): letter})
        assert await asyncio.to_thread(_work, shop, records, tmp_path) == set()
        await bridge.commit_transaction()
    finally:
        await bridge.stop()
    assert len(read_all(shop, shop.topics.dead_letters)) == shop.partitions


def _work(shop: Shop, records: list[Sent], directory: Path, clock: int = 0) -> set[int]:
    """Let a worker come to the end of these records, and of what time brings until all clocks stand at the one given.

    Gives the partitions in which it has aborted something.
    """
    feed(shop, records)
    with WorkerProcess(shop, directory / "worker") as worker:
        wait_until_settled(shop, worker, clock)
        aborted = {told["partition"] for told in worker.told("a transaction hangs that is over: it is aborted")}
        assert worker.metric("segue_transactions_total", outcome="hanging") == len(aborted)
        assert worker.terminate() == 0
        return aborted


async def _let_hang(shop: Shop, partition: int) -> None:
    """Write as the task of a partition does, in a transaction of which its coordinator never hears."""
    changelog, rewards = (TopicPartition(topic, partition) for topic in (shop.topics.changelog, shop.topics.rewards))
    progress = encode(remembered(shop).progress()[partition])
    producer = AIOKafkaProducer(
        bootstrap_servers=shop.bootstrap, transactional_id=task_id(shop.topics.app_id, partition)
    )
    await producer.start()
    await producer.begin_transaction()
    producer._txn_manager._txn_partitions.update((changelog, rewards))
    end = (await send_all(producer, {rewards: [(b"ann", b"of what hangs", [], None)]}))[rewards] - 1
    await send_all(producer, {changelog: [(PROGRESS, progress, tell_written({rewards.topic: end}), None)]})
    await producer.stop()
