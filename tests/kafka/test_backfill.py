"""A CSV of orders, as a new user has it: onto the topics, through a worker; it says what `segue simulate` says."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from schemas.topics import Topics
from tests.app.commands import segue
from tests.builders import DAY, T0
from tests.kafka.audit import CLOSING
from tests.kafka.backfills import backfill
from tests.kafka.closing import closed
from tests.kafka.reading import read_all
from tests.kafka.settled import wait_until_settled
from tests.kafka.shop import Shop
from tests.kafka.shop_load import ShopLoad, Told
from tests.kafka.worker_process import WorkerProcess, shop_environment
from tests.simulate.files import csv_of, ndjson, written

pytestmark = pytest.mark.kafka
PARTITIONS: Final = 4
ORDERS: Final = 1_500
CUSTOMERS: Final = 200
OF_THE_PUBLICATION: Final = {"detected_at"}
"""Who simulates detects nothing."""
POLICY: Final = """
version: 1
id: shop
currency: GBP
scores: {recency: {within: [30d, 90d]}, frequency: {at_least: [2, 5]}, monetary: {at_least: [100.00]}}
segments:
  - {id: best, cells: ["332", "322"]}
  - {id: good, when: {r: {min: 2}}}
  - {id: gone, otherwise: true}
"""


@pytest.fixture
def shop(apache_kafka: str) -> Shop:
    """A deployment whose topics are still to be created."""
    name = f"backfill{random.randrange(10**9)}"
    return Shop(apache_kafka, Topics(f"{name}.", f"{name}-app"), PARTITIONS)


@pytest.fixture
def environment(shop: Shop, tmp_path: Path) -> dict[str, str]:
    policy = written(tmp_path / "shop.yaml", POLICY.encode())
    return shop_environment(shop, tmp_path / "worker") | {"SEGUE_POLICY": str(policy)}


def test_a_worker_makes_of_a_backfilled_csv_what_a_simulation_makes_of_it(
    shop: Shop, environment: Mapping[str, str], tmp_path: Path
) -> None:
    told = list(closed(shop, _orders()))
    table = written(tmp_path / "orders.csv", csv_of(_shuffled([_row(one) for one in told])))
    created = segue("topics", "apply", "--keep-forever", "--partitions", str(PARTITIONS), **environment)
    assert created.returncode == 0, created.stderr
    sent = backfill(environment, "--json", str(table))
    assert orjson.loads(sent.stdout)["records"][shop.topics.orders] == len(told), sent.stderr
    with WorkerProcess(shop, tmp_path / "worker", environment) as worker:
        wait_until_settled(shop, worker, told[-1].at)
        assert worker.terminate() == 0
    published = [record.payload for record in read_all(shop, shop.topics.transitions)]
    simulated = _simulated(table, environment, told[-1].at, tmp_path / "out")
    assert len(simulated) > ORDERS / 2, "the load has lost its point"
    assert _by_customer(published) == _by_customer(simulated)


def test_a_second_run_moves_nobody_and_pays_nothing(shop: Shop, environment: Mapping[str, str], tmp_path: Path) -> None:
    load = ShopLoad(seed=5, customers=300, orders=ORDERS, days=500, whole=True)
    told = [one.event | {"recorded_at": one.at} for one in closed(shop, load.tell())]
    seed = {name: value for name, value in environment.items() if name != "SEGUE_POLICY"}
    another = {"type": "engaged", "event_id": "earlier", "customer_id": "x", "kind": "site_visited"}
    before = another | {"occurred_at": told[0]["recorded_at"] - 1}  # else the second run has nothing to send
    segue("topics", "apply", "--keep-forever", "--partitions", str(PARTITIONS), **seed)
    published: list[Counter[str]] = []
    for history in (told, [before, *told]):
        done = backfill(seed, "--json", str(written(tmp_path / "events.ndjson.gz", ndjson(history))))
        assert done.returncode == 0, done.stderr
        assert orjson.loads(done.stdout)["already_there"] == 0
        with WorkerProcess(shop, tmp_path / "worker", seed) as worker:
            wait_until_settled(shop, worker, told[-1]["recorded_at"])
            assert worker.terminate() == 0
        topics = (shop.topics.transitions, shop.topics.rewards, shop.topics.messages)
        published.append(Counter(record.header("ce_type") for topic in topics for record in read_all(shop, topic)))
    assert {"segment.transitioned", "reward.granted", "reward.withheld", "message.requested"} <= published[0].keys()
    assert published[1] == published[0]
    assert not read_all(shop, shop.topics.dead_letters)


def test_topics_that_forget_are_refused_and_stay_empty(
    shop: Shop, environment: Mapping[str, str], tmp_path: Path
) -> None:
    table = written(tmp_path / "orders.csv", csv_of([_row(one) for one in _orders()]))
    missing = backfill(environment, str(table))
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "topics are missing" in missing.stderr
    segue("topics", "apply", "--partitions", str(PARTITIONS), **environment)
    refused = backfill(environment, str(table))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"{shop.topics.orders} has retention.ms 604800000, expected -1" in refused.stderr
    assert "retention.bytes" not in refused.stderr
    assert sum(shop.ends("orders").values()) == 0
    assert backfill(environment, "--recorded-at", "now", str(table)).returncode == 0
    assert sum(shop.ends("orders").values()) == ORDERS


def _orders() -> Iterator[Told]:
    dice, at = random.Random(7), T0
    for number in range(ORDERS):
        at += dice.randrange(1, DAY)
        customer = f"customer-{dice.randrange(CUSTOMERS)}"
        total = {"amount_minor": dice.choice((999, 5_000, 12_050)), "currency": "GBP"}
        yield Told(at, {"customer_id": customer, "order_id": str(number), "occurred_at": at, "total": total})


def _row(told: Told) -> dict[str, Any]:
    event = told.event
    amount = event["total"]["amount_minor"]
    columns = {name: event[name] for name in ("customer_id", "order_id", "occurred_at")}
    return columns | {"amount": f"{amount // 100}.{amount % 100:02d}"}


def _shuffled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    random.Random(8).shuffle(rows)
    return rows


def _simulated(table: Path, environment: Mapping[str, str], as_of: int, out: Path) -> list[dict[str, Any]]:
    policy = environment["SEGUE_POLICY"]
    done = segue("simulate", "--policy", policy, "--events", str(table), "--as-of", str(as_of), "--out", str(out))
    assert done.returncode == 0, done.stderr
    return [orjson.loads(line) for line in (out / "transitions.ndjson").read_bytes().splitlines()]


def _by_customer(transitions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort them, without what only one side has; who closes a partition is nobody's customer."""
    moves = ({name: value for name, value in move.items() if name not in OF_THE_PUBLICATION} for move in transitions)
    kept = [move for move in moves if not move["customer_id"].startswith(CLOSING)]
    return sorted(kept, key=lambda move: (move["customer_id"], move["sequence"]))
