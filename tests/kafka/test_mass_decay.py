"""Thousands are due at one millisecond while orders come: each moves once, the orders do not wait for all of them."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.kafka.audit import transition_faults
from tests.kafka.customers_due import bound, decays, order, place, policy_file
from tests.kafka.feeding import Feeder, sent
from tests.kafka.reading import Read, read_until
from tests.kafka.shop import open_shop
from tests.kafka.shop_load import DAY_MS, Told
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess
from tests.oracle import timeline

pytestmark = pytest.mark.kafka
CUSTOMERS: Final = 20_000
DUE_ONE_IN: Final = 10
LOADING_MS: Final = 30_000
PER_SECOND: Final = 200
BEFORE_MS, AFTER_MS = 1_000, 3_000
"""How long orders come before the instant and after it."""
AGE_MS: Final = 2_000
"""How old an order is when it is told: none is ahead of the clock."""
LONGEST_DELAY_MS: Final = 6_000  # on a machine that others share
LONGEST_ORDER_MS: Final = 4_000


def test_thousands_due_at_one_instant_come_once_and_orders_pass_between_them(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, partitions=4)
    settings = {"SEGUE_CLOCK": "wall", "SEGUE_POLICY": str(policy_file(tmp_path, DAY_MS))}
    with WorkerProcess(shop, tmp_path / "worker", settings) as worker:
        worker.wait_ready()
        instant = int(time.time() * 1000) + LOADING_MS
        events = place(shop, _population(instant))
        shop.wait_until_worked(LOADING_MS / 1000)
        beside = list(_beside(instant))
        wait_for(lambda: time.time() * 1000 > instant - BEFORE_MS, LOADING_MS / 1000, "the first order", every_s=0.01)
        with Feeder(shop, [sent(shop, one) for one in beside], PER_SECOND):
            events += [one.event for one in beside]
        wanted = timeline(events, bound(DAY_MS), instant + 60_000)
        moves = sum(len(folded.transitions) for folded in wanted.values())
        published = read_until(shop, shop.topics.transitions, lambda came: len(came) >= moves, limit_s=60)
        assert worker.terminate() == 0
    assert transition_faults(published, wanted) == []
    delays = [one.timestamp - instant for one in decays(published)]
    assert len(delays) == CUSTOMERS // DUE_ONE_IN, "the load has lost its point"
    assert min(delays) >= 0, "published before it held"
    assert max(delays) <= LONGEST_DELAY_MS
    assert max(_waited(published)) <= LONGEST_ORDER_MS


def _population(instant: int) -> Iterator[Told]:
    """Let everybody order once; the last day of every tenth ends at the instant."""
    for n in range(CUSTOMERS):
        due = n % DUE_ONE_IN == 0
        yield order(f"c-{n}", instant - DAY_MS - 1 if due else instant - DAY_MS // 2 + n)


def _beside(instant: int) -> Iterator[Told]:
    step = 1_000 // PER_SECOND
    for n in range((BEFORE_MS + AFTER_MS) // step):
        yield order(f"new-{n}", instant - BEFORE_MS + n * step - AGE_MS)


def _waited(published: list[Read]) -> Iterator[int]:
    """Say how long after it was told each order beside the decays has moved its customer."""
    for one in published:
        if one.payload["customer_id"].startswith("new-"):
            yield one.timestamp - one.payload["effective_at"] - AGE_MS
