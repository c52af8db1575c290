"""Two workers draw on budgets, and the one who grants is killed: nothing is overspent or paid twice, all comes back."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson
import pytest

from schemas.budgets import BudgetReport, decode_report
from schemas.control import BudgetRecord, decode_control
from tests.app.commands import segue
from tests.control.test_succession import has_first_partition
from tests.kafka.feeding import Sent, feed
from tests.kafka.reading import Read, read_all
from tests.kafka.shop import Shop, open_shop
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess

pytestmark = pytest.mark.kafka
PARTITIONS: Final = 4
CUSTOMERS: Final = 120
FEW: Final = 40
LASTS_MS: Final = 20_000
POLICY: Final = """\
version: 1
id: till
currency: GBP
segments: [{{id: all, otherwise: true}}]
rewards:
  - {{id: one-of-few, on: {{first_order: true}}, give: {{kind: gift, sku: A}}, budget: few}}
  - {{id: one-of-many, on: {{first_order: true}}, give: {{kind: gift, sku: B}}, budget: many}}
budgets:
  - {{id: few, grants: {few}, alert_at: [50%]}}
  - {{id: many, amount: 5000.00, cost: {{one-of-many: 2.50}}, until: {until}}}
"""


def orders(shop: Shop, at: int, customers: range) -> Iterator[Sent]:
    for n in customers:
        order = {"type": "order_placed", "event_id": f"e-{n}", "customer_id": f"c-{n}", "occurred_at": at,
                 "order_id": f"o-{n}", "total": {"amount_minor": 500, "currency": "GBP"}}  # fmt: skip
        partition = shop.partition_of(f"c-{n}")
        yield Sent(f"c-{n}".encode(), orjson.dumps(order), at, partition)


def decided(shop: Shop) -> list[Read]:
    return read_all(shop, shop.topics.rewards)


def outstanding(shop: Shop, budget: str) -> int:
    """What is granted of a budget, neither spent nor returned."""
    records = [decode_control(read.key, read.value) for read in read_all(shop, shop.topics.control)]
    newest = [one for one in records if isinstance(one, BudgetRecord) and one.budget == budget][-1]
    reports: dict[int, BudgetReport] = {}
    for read in read_all(shop, shop.topics.budgets):
        report = decode_report(read.value or b"")
        if report.budget == budget:
            reports[report.partition] = report
    return sum(newest.granted) - sum(report.spent + report.returned for report in reports.values())


def audits_tell_what_was_published(shop: Shop, rewards: list[Read]) -> None:
    """A refusal is told as one, and that the budget made it; a grant, perhaps, for how long it waited."""
    for kind, outcome in (("reward.withheld", "budget"), ("reward.granted", "granted")):
        of_few = (read for read in rewards if read.payload["rule"] == "one-of-few" and read.header("ce_type") == kind)
        customer = next(of_few).payload["customer_id"]
        done = segue(
            "rewards", "audit", customer, "--json",
            SEGUE_KAFKA__BOOTSTRAP_SERVERS=shop.bootstrap, SEGUE_TOPIC_PREFIX=shop.topics.prefix,
            SEGUE_APP_ID=shop.topics.app_id,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told = {one["rule"]: one for one in orjson.loads(done.stdout)["entries"]}
        few, many = told["one-of-few"], told["one-of-many"]
        assert (few["outcome"], few["published"], many["outcome"]) == (outcome, True, "granted")
        why = "refused by the budget: with enough in it, granted gift A" if outcome == "budget" else "it waited for"
        assert (few["difference"] or why).startswith(why)
        assert few["difference"] or outcome == "granted"


def test_a_budget_survives_the_death_of_who_grants_it(apache_kafka: str, tmp_path: Path) -> None:
    shop, start = open_shop(apache_kafka, PARTITIONS), int(time.time() * 1000)
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY.format(few=FEW, until=start + LASTS_MS), "utf-8")
    settings = {"SEGUE_POLICY": str(policy), "SEGUE_CLOCK": "wall"}
    with (
        WorkerProcess(shop, tmp_path / "a", settings) as a,
        WorkerProcess(shop, tmp_path / "b", settings) as b,
    ):
        a.wait_ready()
        b.wait_ready()
        wait_for(lambda: has_first_partition(a) != has_first_partition(b), 30, "one has partition 0")
        feed(shop, orders(shop, start, range(CUSTOMERS // 4)))
        first, second = (a, b) if has_first_partition(a) else (b, a)
        wait_for(lambda: len(decided(shop)) > 10, 30, "some are decided")
        feed(shop, orders(shop, start, range(CUSTOMERS // 4, CUSTOMERS)))
        first.kill9()
        wait_for(lambda: len(decided(shop)) == 2 * CUSTOMERS, 60, "all are decided", every_s=0.5)
        wait_for(lambda: outstanding(shop, "many") == 0, 30, "slices are back", every_s=0.5)
        assert second.metric("segue_budget_spent_ratio", budget="few") == 1
        assert second.metric("segue_budget_liability", budget="few") == FEW, "nothing is redeemed"
        assert second.metric("segue_budget_liability", budget="many") == 250 * CUSTOMERS
        assert second.terminate() == 0
    rewards = decided(shop)
    assert len({read.payload["reward_id"] for read in rewards}) == 2 * CUSTOMERS
    outcomes = Counter((read.payload["rule"], read.header("ce_type")) for read in rewards)
    assert outcomes == {
        ("one-of-few", "reward.granted"): FEW,
        ("one-of-few", "reward.withheld"): CUSTOMERS - FEW,
        ("one-of-many", "reward.granted"): CUSTOMERS,
    }
    audits_tell_what_was_published(shop, rewards)
    alerts = [read.payload for read in read_all(shop, shop.topics.alerts)]
    assert [(alert["budget"], alert["alert"], alert["share"]) for alert in alerts] == [
        ("few", "share", "50%"),
        ("few", "breaker", None),
    ]
