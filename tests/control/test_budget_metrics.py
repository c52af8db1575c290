"""What Prometheus is told of budgets: what is owed follows grants, redemptions, expiries and takings back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from agents.decisions.purse import Slice
from app.control.books import Books
from app.control.budget_metrics import BudgetCollector
from app.control.view import ControlView
from schemas.budgets import BudgetReport
from schemas.control import BudgetRecord
from schemas.digests import reward_id
from schemas.policy_file import parse_policy
from tests.agents.stage import Stage
from tests.agents.test_budgets import Spender, cancellation, order
from tests.builders import DAY, T0
from tests.oracle.events import engaged, erasure
from tests.oracle.orders import Event
from tests.schemas.test_policy_file import SMALL

LIMIT = 10_000
GIFTS = """\
rewards: [{id: gift, on: {order_value: {min: 1.00}}, give: {kind: gift, sku: A, expires: 30d}, budget: year, clawback: full}]
budgets: [{id: year, amount: 100.00, cost: {gift: 12.50}}]
"""  # noqa: E501  # a line of a policy
POINTS = GIFTS.replace("kind: gift, sku: A", "kind: points, points: 300")


class Shop:
    """Two partitions that draw on one budget, and the metrics of whoever grants it."""

    def __init__(self, folder: Path, rules: str) -> None:
        self.partitions = [Spender(folder / name) for name in "ab"]
        for spender, name in zip(self.partitions, "ab", strict=True):
            spender.close()
            Stage.__init__(spender, folder / f"of {name}", parse_policy(SMALL + rules, "p.yaml"))
            spender.slice = Slice(LIMIT // 2, LIMIT, 0, 0, favoured=False)
        view = ControlView()
        view.take(BudgetRecord("segue", "year", 1, LIMIT, 0, (LIMIT // 2, LIMIT // 2)))
        self._books = Books("segue", 2, view)
        self._registry = CollectorRegistry()
        self._registry.register(BudgetCollector(self._books))

    def take(self, partition: int, *events: Event, until: int = 0) -> None:
        """Let events come to a partition, then time pass."""
        spender = self.partitions[partition]
        spender.absorb(events)
        spender.pass_time(until)
        account = spender.account
        self._books.take(
            BudgetReport(
                "segue", "year", partition, T0, account.number, account.spent, account.returned, account.recalled,
                account.needed, account.open,
            )
        )  # fmt: skip

    @property
    def owed(self) -> float | None:
        return self._registry.get_sample_value("segue_budget_liability", {"budget": "year"})

    @property
    def spent(self) -> float:
        ratio = self._registry.get_sample_value("segue_budget_spent_ratio", {"budget": "year"})
        assert ratio is not None
        return ratio * LIMIT


def redeemed(customer: str, at: int, points: int | None = None, of: str = "1") -> Event:
    name = reward_id(customer, "gift", f"e-{of}")
    return engaged(f"x-{at}", at, "reward_redeemed", customer_id=customer, reward_id=name, points=points)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path, GIFTS)
    yield made
    for spender in made.partitions:
        spender.close()


def test_nothing_is_told_of_a_budget_that_nobody_has_told_of(shop: Shop) -> None:
    assert shop.owed is None


def test_grants_of_all_partitions_are_owed_until_they_are_redeemed_or_expire(shop: Shop) -> None:
    shop.take(0, order("ann", T0))
    shop.take(1, order("bob", T0), order("cyd", T0 + DAY))
    assert (shop.owed, shop.spent) == (3_750, 3_750)
    shop.take(0, redeemed("ann", T0 + 2 * DAY))
    assert (shop.owed, shop.spent) == (2_500, 3_750)
    shop.take(0, redeemed("ann", T0 + 3 * DAY))
    assert shop.owed == 2_500, "nothing is redeemed twice"
    shop.take(1, until=T0 + 30 * DAY)
    assert (shop.owed, shop.spent) == (1_250, 3_750)
    shop.take(1, until=T0 + 31 * DAY)
    assert (shop.owed, shop.spent) == (0, 3_750)


def test_what_is_taken_back_is_owed_no_more_whether_or_not_the_budget_has_it_back(shop: Shop) -> None:
    shop.take(0, order("ann", T0), order("bob", T0))
    shop.take(0, cancellation("ann", T0 + DAY))
    assert (shop.owed, shop.spent) == (1_250, 1_250)
    shop.take(0, redeemed("bob", T0 + DAY), cancellation("bob", T0 + 2 * DAY))
    assert (shop.owed, shop.spent) == (0, 1_250), "what was used stays spent"


def test_of_points_the_part_is_owed_that_is_left(tmp_path: Path) -> None:
    shop = Shop(tmp_path, POINTS)
    shop.take(0, order("ann", T0))
    assert shop.owed == 1_250
    shop.take(0, redeemed("ann", T0 + DAY, 100))
    assert shop.owed == 1_250 * 200 // 300
    shop.take(0, redeemed("ann", T0 + 2 * DAY, 199))
    assert shop.owed == 1_250 // 300
    shop.take(0, until=T0 + 40 * DAY)
    assert (shop.owed, shop.spent) == (0, 1_250)
    for spender in shop.partitions:
        spender.close()


def test_what_waits_is_withheld_or_was_of_who_is_erased_is_owed_to_nobody(shop: Shop) -> None:
    shop.partitions[0].slice = Slice(1_250, LIMIT, 0, 0, favoured=False)
    shop.take(0, order("ann", T0), order("bob", T0))
    assert shop.owed == 1_250
    shop.partitions[0].slice = Slice(1_250, LIMIT, LIMIT, 0, favoured=False)
    shop.take(0, until=T0 + DAY)
    assert shop.owed == 1_250
    shop.take(0, erasure("x", T0 + 2 * DAY, customer_id="ann"))
    assert (shop.owed, shop.spent) == (0, 1_250)
