"""What waits for a budget at a partition, when grants come to it: looked at in that transaction, each as it began."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.control.view import ControlView
from app.runtime import spending
from app.runtime.spending import Spending
from schemas.control import BudgetRecord
from schemas.policy_file import parse_policy
from tables.codec import decode_loyalty
from tables.keys import LOYALTY
from tests.agents.stage import Stage, payload
from tests.agents.test_budgets import RULES, cancellation, order
from tests.builders import DAY, T0, TOPICS
from tests.schemas.test_policy_file import SMALL

COST = 1_250
NAMES = ["ann", "bob", "cyd", "dan"]


class Partition(Stage):
    """One whose purse is made of what stands on the control topic."""

    def __init__(self, path: Path, rule: str = "") -> None:
        super().__init__(path, parse_policy(SMALL + RULES % (rule, ""), "p.yaml"))
        self.view = ControlView()
        settings = SimpleNamespace(app_id="a", topics=TOPICS)
        deployment = SimpleNamespace(settings=settings, rules=SimpleNamespace(view=self.view))
        self._deployment: Any = deployment
        self.open()

    def open(self) -> None:
        """Begin a lease."""
        opened: Any = SimpleNamespace(table=self.table)
        self.spending = Spending(self._deployment, opened, 0, self._work)

    def grant(self, granted: int, *, limit: int = 100 * COST, spent: int = 0) -> None:
        """Let the partition hear of a grant."""
        known = self.view.budgets.get(("a", "year"))
        number = known.number + 1 if known is not None else 1
        self.view.take(BudgetRecord("a", "year", number, limit, spent, (granted,)))

    def turn(self, until: int) -> None:
        """Do a transaction of nothing but what waits."""
        work = self._begin(until)
        asyncio.run(self.spending.look_again(work, until))
        self._commit(work)

    def _begin(self, clock: int) -> Any:
        work = super()._begin(clock)
        work.purse = self.spending.begin()
        self.spending.reach(work, clock)
        return work

    def _commit(self, work: Any) -> None:
        self.spending.settle(work, self.clock)
        super()._commit(work)

    @property
    def granted(self) -> list[str]:
        """Who has got something, one after another."""
        return [payload(out)["customer_id"] for out in self.outgoing if out.topic == TOPICS.rewards]

    def unpaid(self, customer: str) -> Any:
        """What waits of hers, if it is one."""
        row = self.table.get(LOYALTY + customer.encode())
        return decode_loyalty(row).unpaid[0] if row is not None else None


@pytest.fixture
def partition(tmp_path: Path) -> Iterator[Partition]:
    stage = Partition(tmp_path / "db")
    stage.absorb([order(name, T0 + n) for n, name in enumerate(NAMES)])
    yield stage
    stage.close()


def test_a_grant_pays_at_once_whoever_began_to_wait_first(partition: Partition) -> None:
    partition.grant(2 * COST)
    partition.turn(T0 + 10)
    assert partition.granted == ["ann", "bob"]
    partition.grant(3 * COST)
    partition.turn(T0 + 20)
    assert partition.granted == ["ann", "bob", "cyd"]


def test_who_waits_in_vain_is_left_alone_until_her_time_is_over(partition: Partition) -> None:
    before = partition.unpaid("dan")
    partition.grant(COST)
    partition.turn(T0 + 10)
    assert partition.unpaid("dan") == before


def test_a_customer_ahead_of_the_clock_is_paid_once_that_has_caught_up(partition: Partition) -> None:
    partition.grant(4 * COST)
    partition.turn(T0 + 1)
    assert partition.granted == ["ann"]
    partition.turn(T0 + 10)
    assert partition.granted == NAMES


def test_many_are_looked_at_in_several_transactions(partition: Partition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spending, "LOOKS", 3)
    partition.grant(4 * COST)
    partition.turn(T0 + 10)
    assert partition.granted == NAMES[:3]
    partition.turn(T0 + 11)
    assert partition.granted == NAMES


def test_who_waits_no_more_is_not_looked_for(partition: Partition) -> None:
    partition.absorb([cancellation("ann", T0 + 5)])
    partition.absorb([{"type": "customer_erased", "event_id": "x", "customer_id": "bob", "occurred_at": T0 + 5}])
    partition.grant(4 * COST)
    partition.turn(T0 + 10)
    assert partition.granted == ["cyd", "dan"]


def test_the_time_that_is_up_pays_nobody_twice(partition: Partition) -> None:
    partition.grant(4 * COST)
    partition.turn(T0 + 10)
    partition.pass_time(T0 + DAY)
    assert partition.granted == NAMES


def test_more_for_a_budget_that_was_spent_reaches_who_waits_for_it(tmp_path: Path) -> None:
    stage = Partition(tmp_path / "db", ", when_spent: wait")
    stage.grant(0, limit=COST, spent=COST)
    stage.absorb([order("ann", T0)])
    assert not stage.unpaid("ann").asks
    stage.grant(0, limit=2 * COST, spent=COST)
    stage.turn(T0 + 10)
    assert stage.unpaid("ann").asks, "the partition asks for what she costs"
    stage.grant(COST, limit=2 * COST, spent=COST)
    stage.turn(T0 + 20)
    assert stage.granted == ["ann"]
    stage.close()


def test_whoever_opens_the_partition_next_goes_by_the_time_alone(partition: Partition) -> None:
    partition.open()
    partition.grant(4 * COST)
    partition.turn(T0 + 10)
    assert partition.granted == []
    partition.pass_time(T0 + DAY)
    assert partition.granted == NAMES
