"""Where a partition's clock must wait, and where it must not, on the broker that makes it wait."""

import os
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from confluent_kafka import Producer

from tests.brokers.apache import ApacheKafka
from tests.kafka.audit import transition_faults
from tests.kafka.customers_due import bound, decays, named, order, place, policy_file, shifted
from tests.kafka.feeding import FLUSH_S, new_producer, produce, sent
from tests.kafka.reading import Read, read_all, read_until
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import DAY_MS, Told
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess
from tests.oracle import timeline

pytestmark = pytest.mark.kafka
HOUR_MS: Final = 3_600_000
WAITING: Final = 25_000
"""Orders of a partition that wait: more than a task takes in hand, so that fetching is paused in between."""
LIMIT_S: Final = 60.0
JUMPED: Final = "the wall clock has jumped: whoever is due follows it, but no partition's clock goes back"


def wall(directory: Path, within_ms: int, **more: str) -> dict[str, str]:
    return {"SEGUE_CLOCK": "wall", "SEGUE_POLICY": str(policy_file(directory, within_ms)), **more}


def now() -> int:
    return int(time.time() * 1000)


def clock(worker: WorkerProcess, partition: int) -> float:
    """Give a partition's clock in epoch ms."""
    return worker.metric("segue_partition_clock_seconds", partition=str(partition)) * 1000


def test_after_an_outage_of_a_day_the_orders_that_waited_come_first(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, partitions=1)
    settings = wall(tmp_path, 12 * HOUR_MS)
    yesterday = now() - DAY_MS
    loyal, lost = [f"loyal-{n}" for n in range(50)], [f"lost-{n}" for n in range(50)]
    events = place(shop, (order(customer, yesterday + n) for n, customer in enumerate(loyal + lost)))
    with shifted(shop, tmp_path / "worker", settings, ahead_s=-DAY_MS / 1000) as worker:
        worker.wait_ready()
        shop.wait_until_worked(LIMIT_S)
        wait_for(lambda: clock(worker, 0) > yesterday + 1_000, LIMIT_S, "yesterday's clock behind the orders")
        assert worker.terminate() == 0
    assert list(decays(read_all(shop, shop.topics.transitions))) == []
    events += place(shop, _while_it_was_away(loyal, yesterday))
    with WorkerProcess(shop, tmp_path / "worker", settings) as worker:
        worker.wait_ready()
        shop.wait_until_worked(LIMIT_S)
        wait_for(lambda: clock(worker, 0) > yesterday + DAY_MS, LIMIT_S, "today's clock")
        wait_for(lambda: not worker.metric("segue_due_overdue"), LIMIT_S, "nobody due")
        assert worker.metric("segue_retractions_total") == 0
        assert worker.terminate() == 0
    published = read_all(shop, shop.topics.transitions)
    decayed = {one.payload["customer_id"] for one in decays(published)}
    assert decayed >= set(lost), "the load has lost its point"
    assert decayed.isdisjoint(loyal)
    assert transition_faults(published, timeline(events, bound(12 * HOUR_MS), yesterday + DAY_MS)) == []


def _while_it_was_away(loyal: list[str], yesterday: int) -> Iterator[Told]:
    """Let many order once in the first hours, and the loyal ones before half a day of silence is over, twice."""
    yield from (order(f"new-{n}", yesterday + HOUR_MS + n * 9 * HOUR_MS // WAITING) for n in range(WAITING))
    for hours in (11, 22):
        yield from (order(customer, yesterday + hours * HOUR_MS + n) for n, customer in enumerate(loyal))


@contextmanager
def till(shop: Shop, told: Told) -> Iterator[Producer]:
    """Hold a transaction open on the partition of an order."""
    producer = new_producer(shop, **{"transactional.id": f"{shop.topics.prefix}till"})
    producer.init_transactions(FLUSH_S)
    producer.begin_transaction()
    produce(producer, shop, sent(shop, told))
    assert producer.flush(FLUSH_S) == 0, "an order that never reached the log holds nothing"
    yield producer


def test_an_open_transaction_holds_the_clock_of_its_partition_alone(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, partitions=2)
    loyal, lost, other = named(shop, 0, "loyal"), named(shop, 0, "lost"), named(shop, 1, "other")
    with WorkerProcess(shop, tmp_path / "worker", wall(tmp_path, 4_000)) as worker:
        worker.wait_ready()
        began = now()
        events = place(shop, [order(loyal, began), order(lost, began), order(other, began)])
        shop.wait_until_worked(LIMIT_S)
        with till(shop, held := order(named(shop, 0, "held"), began + 1)) as producer:
            saving = order(loyal, began + 3_500)
            wait_for(lambda: now() >= saving.at, LIMIT_S, "the instant of the order")
            events += [held.event, *place(shop, [saving])]
            first = read_until(shop, shop.topics.transitions, lambda came: any(decays(came)), LIMIT_S)
            assert [one.payload["customer_id"] for one in decays(first)] == [other]
            wait_for(lambda: worker.metric("segue_clock_held_seconds", partition="0") > 4, LIMIT_S, "held")
            assert worker.metric("segue_clock_held_seconds", partition="1") == 0
            assert clock(worker, 0) < began + 4_000
            producer.commit_transaction(FLUSH_S)
        wanted = timeline(events, bound(4_000), began + 30_000)
        moves = sum(len(of.transitions) for of in wanted.values())
        published = read_until(shop, shop.topics.transitions, lambda came: len(came) >= moves, LIMIT_S)
        wait_for(lambda: worker.metric("segue_clock_held_seconds") == 0, LIMIT_S, "nothing held")
        assert worker.terminate() == 0
    assert transition_faults(published, wanted) == []


def test_a_transaction_that_hangs_holds_the_clock_for_the_limit_only(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, partitions=1)
    settings = wall(tmp_path, 4_000, SEGUE_CLOCK_HOLD_SECONDS="5")
    with WorkerProcess(shop, tmp_path / "worker", settings) as worker:
        worker.wait_ready()
        began = now()
        events = place(shop, [order("lost", began)])
        shop.wait_until_worked(LIMIT_S)
        with till(shop, order("held", began)) as producer:
            assert now() < began + 4_000, "the transaction must be open before anybody is due"
            published = read_until(shop, shop.topics.transitions, lambda came: any(decays(came)), LIMIT_S)
            (decay,) = decays(published)
            assert decay.timestamp >= decay.payload["effective_at"] + 5_000, "it has not waited"
            assert worker.metric("segue_clock_held_seconds") >= 4.5
            producer.abort_transaction(FLUSH_S)
        wait_for(lambda: worker.metric("segue_clock_held_seconds") == 0, LIMIT_S, "nothing held")
        assert worker.terminate() == 0
    assert transition_faults(published, timeline(events, bound(4_000), began + 30_000)) == []


def test_a_broker_that_does_not_answer_stops_the_clock(apache_broker: type[ApacheKafka], tmp_path: Path) -> None:
    with apache_broker(tmp_path / "kafka") as broker:
        shop = open_shop(broker.bootstrap, partitions=1)
        settings = wall(tmp_path, 4_000, SEGUE_KAFKA__SESSION_TIMEOUT_MS="30000")
        with WorkerProcess(shop, tmp_path / "worker", settings) as worker:
            worker.wait_ready()
            began = now()
            events = place(shop, [order("lost", began)])
            shop.wait_until_worked(LIMIT_S)
            broker.freeze()
            frozen = now()
            wait_for(lambda: now() > began + 6_000, LIMIT_S, "the instant passed")
            assert clock(worker, 0) <= frozen < began + 4_000
            broker.thaw()
            published = read_until(shop, shop.topics.transitions, lambda came: any(decays(came)), LIMIT_S)
            assert worker.terminate() == 0
    assert transition_faults(published, timeline(events, bound(4_000), began + 30_000)) == []


def test_a_partition_that_lags_does_not_hold_the_others_back(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, partitions=2)
    # Full batches wait for no pace: only brokers make WAITING last, with as many transactions as this.
    settings = wall(tmp_path, 3_000, SEGUE_TRANSACTIONS__RECORDS="10")
    busy, quiet = named(shop, 0, "busy"), named(shop, 1, "quiet")
    with WorkerProcess(shop, tmp_path / "worker", settings) as worker:
        worker.wait_ready()
        began = now()
        place(shop, [order(quiet, began), *(order(busy, began - DAY_MS + n) for n in range(2 * WAITING))])
        published = read_until(shop, shop.topics.transitions, lambda came: any(_of(quiet, came)), LIMIT_S)
        of_busy = clock(worker, 0)
        assert shop.left() > 0, "the load has lost its point"
        (decay,) = _of(quiet, published)
        assert of_busy < began + 3_001, "it has passed orders that wait"
        assert decay.payload["effective_at"] == began + 3_001
        assert decay.timestamp < began + 3_001 + 4_000, "it has waited"


def _of(customer: str, published: Iterable[Read]) -> list[Read]:
    return [one for one in decays(published) if one.payload["customer_id"] == customer]


def test_a_wall_clock_that_is_set_is_told_and_takes_no_partition_back(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, partitions=1)
    with shifted(shop, tmp_path / "worker", wall(tmp_path, 4_000), ahead_s=0, jump_s=-3_600) as worker:
        worker.wait_ready()
        began = now()
        events = place(shop, [order("lost", began)])
        shop.wait_until_worked(LIMIT_S)
        wait_for(lambda: clock(worker, 0) > began, LIMIT_S, "a clock that goes")
        before = clock(worker, 0)
        os.kill(worker.pid, signal.SIGWINCH)
        wait_for(lambda: worker.metric("segue_wall_clock_jumps_total") == 1, LIMIT_S, "the jump back")
        wait_for(lambda: now() > began + 5_000, LIMIT_S, "the instant passed")
        assert before <= clock(worker, 0) < began + 4_000
        os.kill(worker.pid, signal.SIGWINCH)
        published = read_until(shop, shop.topics.transitions, lambda came: any(decays(came)), LIMIT_S)
        wait_for(lambda: worker.metric("segue_wall_clock_jumps_total") == 2, LIMIT_S, "the jump on")
        told = [round(line["ahead_ms"], -4) for line in worker.told(JUMPED)]
        assert told == [-3_600_000, 3_600_000]
        assert worker.terminate() == 0
    assert transition_faults(published, timeline(events, bound(4_000), began + 30_000)) == []
