"""Ten years of a shop go in, and its deployment is live: nobody heard of the past, and the next order counts."""

import random
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from schemas.control import CutPointsRecord, decode_control
from schemas.topics import Topics
from tests.app.commands import segue
from tests.kafka.backfills import backfill, killed_backfill
from tests.kafka.feeding import feed, sent
from tests.kafka.reading import read_all
from tests.kafka.shop import Shop
from tests.kafka.shop_load import DAY_MS, Told
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import SEED_AS_IT_BEGINS, WorkerProcess, shop_environment
from tests.simulate.files import ndjson, written

pytestmark = pytest.mark.kafka
PARTITIONS: Final = 4
ORDERS: Final = 60_000
CUSTOMERS: Final = 6_000
YEARS: Final = 10
KILLED_AFTER: Final = 10_000
NEVER, OFTEN = "refresh: 36500d", "refresh: 1m, apply_after: 10s"


def test_ten_years_of_history_become_a_live_system_without_a_message_or_a_reward(
    apache_kafka: str, tmp_path: Path
) -> None:
    name = f"bootstrap{random.randrange(10**9)}"
    shop = Shop(apache_kafka, Topics(f"{name}.", f"{name}-app"), PARTITIONS)
    now = time.time_ns() // 1_000_000
    environment = shop_environment(shop, tmp_path / "worker") | {
        "SEGUE_POLICY": str(_silent_until(now, tmp_path)),
        "SEGUE_CLOCK": "wall",
    }
    events = written(tmp_path / "events.ndjson", ndjson(list(_orders(now))))
    created = segue("topics", "apply", "--keep-forever", "--partitions", str(PARTITIONS), **environment)
    assert created.returncode == 0, created.stderr

    customers = _sent_in_two_runs(shop, environment, events)
    with WorkerProcess(shop, tmp_path / "worker", environment) as worker:
        shop.wait_until_worked(120)
        versions = wait_for(lambda: _versions(shop), 90, "cut points")
        assert versions[0].frozen_at > now - 60_000, (
            "the past freezes nothing: its cut points would come into force now"
        )
        assert versions[0].customers == customers
        assert not _rewards_and_messages(shop)
        assert all(move["effective_at"] >= now for move in _moves(shop)), "history moves nobody aloud"
        wait_for(lambda: any(move["cut_points_version"] for move in _moves(shop)), 90, "cut points in force")
        at = time.time_ns() // 1_000_000
        order = Told(at, _order("new", "new", at, 5_000))
        feed(shop, [sent(shop, order)])
        moves = wait_for(lambda: [one for one in _moves(shop) if one["customer_id"] == "new"], 30, "the next order")
        assert worker.terminate() == 0
    assert (moves[0]["effective_at"], moves[0]["direction"], moves[0]["sequence"]) == (at, "entry", 1)
    assert {(told["customer_id"], told["rule"]) for told in _rewards_and_messages(shop)} == {("new", "welcome")}
    assert not read_all(shop, shop.topics.dead_letters)


def _silent_until(now: int, directory: Path) -> Path:
    text = SEED_AS_IT_BEGINS.read_text("utf-8")
    assert NEVER in text
    policy = text.replace(NEVER, OFTEN) + f"silent_until: {now}\n"
    return written(directory / "seed.yaml", policy.encode())


def _orders(now: int) -> Iterator[dict[str, Any]]:
    dice = random.Random(11)
    span = YEARS * 365 * DAY_MS
    for number in range(ORDERS):
        at = now - span + number * (span - DAY_MS) // ORDERS
        yield _order(str(number), f"customer-{dice.randrange(CUSTOMERS)}", at, dice.choice((999, 5_000, 12_050)))


def _order(number: str, customer: str, at: int, minor: int) -> dict[str, Any]:
    return {
        "type": "order_placed",
        "event_id": f"e-{number}",
        "customer_id": customer,
        "occurred_at": at,
        "order_id": number,
        "total": {"amount_minor": minor, "currency": "GBP"},
    }


def _sent_in_two_runs(shop: Shop, environment: Mapping[str, str], events: Path) -> int:
    """Send the history, killed half way and run again; each record is there once. Gives how many customers it has."""
    killed_backfill(environment, events, lambda: sum(shop.ends("orders").values()) >= KILLED_AFTER)
    before = sum(shop.ends("orders").values())
    assert before < ORDERS, "it was killed too late to show anything"
    done = backfill(environment, "--json", str(events))
    assert done.returncode == 0, done.stderr
    assert orjson.loads(done.stdout)["already_there"] == before > 0
    read = read_all(shop, shop.topics.orders)
    assert sorted(record.value or b"" for record in read) == sorted(events.read_bytes().splitlines())
    return len({record.key for record in read})


def _versions(shop: Shop) -> list[CutPointsRecord]:
    records = [decode_control(one.key or b"", one.value) for one in read_all(shop, shop.topics.control)]
    return [record for record in records if isinstance(record, CutPointsRecord)]


def _moves(shop: Shop) -> list[dict[str, Any]]:
    published = read_all(shop, shop.topics.transitions)
    return [one.payload for one in published if one.header("ce_type") == "segment.transitioned"]


def _rewards_and_messages(shop: Shop) -> list[dict[str, Any]]:
    return [one.payload for topic in (shop.topics.rewards, shop.topics.messages) for one in read_all(shop, topic)]
