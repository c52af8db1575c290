"""Alerts of a budget: each share of each limit once, whatever becomes of the limit and of the shares."""

from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

import orjson
import pytest
from msgspec.structs import replace as changed

from app.control.budget_alerts import alerts
from schemas.policy import Policy
from schemas.policy_file import parse_policy
from schemas.shares import parse_share
from tests.builders import T0, TOPICS
from tests.control.purses import Drawing
from tests.schemas.test_policy_file import SMALL

COST: Final = 1_000
RULES: Final = """\
rewards: [{id: gift, on: {first_order: true}, give: {kind: gift, sku: A}, budget: year}]
budgets: [{id: year, amount: %d, cost: {gift: 10.00}, alert_at: [80%%, 100%%]}]
"""


def policy(amount: int) -> Policy:
    return parse_policy(SMALL + RULES % amount, "p.yaml")


class Shop:
    """One partition that draws on a budget of 100.00, ten times at most."""

    def __init__(self) -> None:
        self._policy = policy(100)
        self._drawing = Drawing(self._policy.budgets[0], 1)
        self._told: list[dict[str, Any]] = []
        self._read = 1

    def promote(self, amount: int, *alert_at: str) -> None:
        """Let another policy come into force."""
        self._listen()
        self._policy, drawing = policy(amount), self._drawing
        budget = self._policy.budgets[0]
        drawing.budget = replace(budget, alert_at=tuple(map(parse_share, alert_at))) if alert_at else budget
        drawing.grant()
        drawing.read(0)

    def spend(self, times: int) -> None:
        for _ in range(times):
            self._drawing.occasion(0, COST)
            for _ in range(3):
                self._drawing.grant()
                self._drawing.read(0)
                self._drawing.look_again(0)

    def take_back(self) -> None:
        self._drawing.take_back(0)
        self._drawing.grant()

    def forget_names(self) -> None:
        """Let the newest record be as 0.1.0 wrote it."""
        self._listen()
        self._drawing.records[-1] = changed(self._drawing.records[-1], alerted=())

    def told(self) -> list[tuple[str | None, int, int]]:
        """Give share (None: the breaker), limit and what is spent of every alert that went out, in major units."""
        self._listen()
        return [(one["share"], one["limit"] // 100, one["spent"] // 100) for one in self._told]

    def _listen(self) -> None:
        """Send what the records call for that are new, by the policy in force."""
        records = self._drawing.records
        for before, after in pairwise(records[self._read - 1 :]):
            sent = alerts(before, after, self._policy, TOPICS, T0)
            self._told += [orjson.loads(value) for _, value, *_ in sent if value is not None]
        self._read = len(records)


@pytest.fixture
def shop() -> Shop:
    made = Shop()
    made.spend(10)
    assert made.told() == FIRST
    return made


FIRST: Final = [("80%", 100, 80), ("100%", 100, 100), (None, 100, 100)]


def test_a_raised_budget_tells_its_shares_anew(shop: Shop) -> None:
    shop.promote(1_000)
    shop.spend(90)
    assert shop.told()[3:] == [("80%", 1_000, 800), ("100%", 1_000, 1_000), (None, 1_000, 1_000)]


def test_a_share_that_is_spent_of_the_new_limit_already_is_told_at_once(shop: Shop) -> None:
    shop.promote(120)
    assert shop.told()[3:] == [("80%", 120, 100)]


def test_what_comes_back_and_is_spent_again_is_not_told_again(shop: Shop) -> None:
    shop.take_back()
    shop.take_back()
    shop.take_back()
    shop.spend(3)
    assert [share for share, *_ in shop.told()] == ["80%", "100%", None, None], "the breaker has closed in between"


def test_a_share_that_the_policy_has_only_now_is_told_and_those_it_had_are_not(shop: Shop) -> None:
    shop.promote(100, "50%", "80%", "100%")
    assert shop.told()[3:] == [("50%", 100, 100)]


def test_what_0_1_0_has_told_is_not_told_again(shop: Shop) -> None:
    shop.forget_names()
    shop.take_back()
    assert shop.told() == FIRST
