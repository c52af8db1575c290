"""Producers that use transactions: what they abort has no effect, and nobody waits for it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from confluent_kafka import Producer

from tests.kafka.audit import expected, remembered, state_faults, transition_faults
from tests.kafka.closing import closed
from tests.kafka.feeding import FLUSH_S, Sent, new_producer, produce, sent
from tests.kafka.reading import read_all
from tests.kafka.settled import wait_until_settled
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import DAY_MS, ShopLoad
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess

pytestmark = pytest.mark.kafka
CHUNK = 150


def test_aborted_records_have_no_effect_and_the_worker_comes_to_the_end(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, partitions=4)
    told = list(closed(shop, ShopLoad(seed=2, customers=150, orders=2_000).tell()))
    records = [sent(shop, one) for one in told]
    with WorkerProcess(shop, tmp_path / "worker") as worker:
        worker.wait_ready()
        _feed_between_aborted(shop, records)
        wait_for(lambda: worker.metric("segue_events_read_total") >= len(records), 60, "all records read")
        wait_for(lambda: worker.metric("segue_lag_records") == 0, 15, "lag 0 behind aborted records")
        wait_until_settled(shop, worker, told[-1].at)
        assert worker.metric("segue_events_read_total") == len(records)
        assert worker.metric("segue_events_rejected_total") == 0
        assert worker.terminate() == 0
    kept = remembered(shop)
    clocks = {p: row.clock for p, row in kept.progress().items()}
    wanted = expected(shop, [one.event for one in told], clocks)
    assert set(clocks.values()) == {records[-1].timestamp}, "aborted records have moved a clock"
    assert transition_faults(read_all(shop, shop.topics.transitions), wanted) == []
    assert state_faults(kept.customers(), wanted) == []
    written = {p: row.offsets[shop.topics.orders] for p, row in kept.progress().items()}
    assert shop.committed() == written
    assert read_all(shop, shop.topics.dead_letters) == []


def _feed_between_aborted(shop: Shop, records: Sequence[Sent]) -> None:
    """Commit the records chunk by chunk, with an aborted chunk of junk before each and behind the last."""
    producer = new_producer(shop, **{"transactional.id": f"{shop.topics.prefix}till"})
    producer.init_transactions(FLUSH_S)
    for start in range(0, len(records), CHUNK):
        chunk = records[start : start + CHUNK]
        _abort(producer, shop, chunk)
        producer.begin_transaction()
        for record in chunk:
            produce(producer, shop, record)
        producer.commit_transaction(FLUSH_S)
    _abort(producer, shop, records[-CHUNK:])


def _abort(producer: Producer, shop: Shop, like: Sequence[Sent]) -> None:
    """Produce orders that would matter, years ahead, and bytes that are no JSON; then abort them."""
    producer.begin_transaction()
    for record in like:
        junk = (record.value or b"").replace(b"order-", b"junk-")
        produce(producer, shop, replace(record, value=junk, timestamp=record.timestamp + 3_650 * DAY_MS))
        produce(producer, shop, replace(record, value=b"\xff junk"))
    assert producer.flush(FLUSH_S) == 0, "junk that never reached the log proves nothing"
    producer.abort_transaction(FLUSH_S)
