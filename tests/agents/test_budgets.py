"""Rewards that a budget pays for: granted, withheld, waiting, taken back and forgotten, each with what it costs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.decisions.in_force import InForce
from agents.decisions.line import Line
from agents.decisions.purse import Purse, Slice
from schemas.policy_file import parse_policy
from schemas.rows import AccountRow
from tables.codec import decode_loyalty
from tables.keys import LOYALTY
from tests.agents.stage import Stage, payload
from tests.builders import DAY, T0, TOPICS
from tests.oracle.events import failed
from tests.oracle.orders import Event
from tests.schemas.test_policy_file import SMALL

RULES = """\
rewards:
  - {id: gift, on: {order_value: {min: 1.00}}, give: {kind: gift, sku: A}, budget: year, clawback: full%s}
budgets: [{id: year, amount: 30.00, cost: {gift: 12.50}%s}]
"""


class Spender(Stage):
    """One partition with a purse, which a test fills."""

    def __init__(self, path: Path, rule: str = "", budget: str = "") -> None:
        super().__init__(path, parse_policy(SMALL + RULES % (rule, budget), "p.yaml"))
        self.accounts: dict[str, AccountRow] = {}
        self.slice: Slice | None = None
        self.line = Line()

    def _begin(self, clock: int) -> Any:
        work = super()._begin(clock)
        slices = {"year": self.slice} if self.slice is not None else {}
        work.purse = Purse(self.accounts, slices, self.line)
        work.purse.reach = clock
        return work

    def _commit(self, work: Any) -> None:
        super()._commit(work)
        self.accounts = {**self.accounts, **work.purse.number()}

    @property
    def account(self) -> AccountRow:
        return self.accounts.get("year", AccountRow())

    def grant(self, granted: int, spent: int = 0) -> None:
        """Let the partition hear of a grant of 30.00."""
        self.slice = Slice(granted, 3_000, spent, 0, favoured=False)

    def told(self) -> list[tuple[str, str, Any]]:
        """What was published of rewards: type, customer, and the part of the budget or why there is none."""
        sent = [(dict(out.headers)["ce_type"].decode(), payload(out)) for out in self.outgoing]
        return [
            (kind, value["customer_id"], value.get("paid_by", value.get("returned_to", value.get("reason"))))
            for kind, value in sent
            if kind.startswith("reward.")
        ]


def order(customer: str, at: int, name: str = "1") -> Event:
    return {
        "type": "order_placed", "event_id": f"e-{name}", "customer_id": customer, "occurred_at": at, "order_id": name,
        "total": {"amount_minor": 500, "currency": "GBP"},
    }  # fmt: skip


def cancellation(customer: str, at: int, name: str = "1") -> Event:
    return {"type": "order_cancelled", "event_id": f"c-{name}", "customer_id": customer, "occurred_at": at,
            "order_id": name}  # fmt: skip


PART = {"budget": "year", "cost": 1_250, "limit": 3_000, "unit": "minor"}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Spender]:
    spender = Spender(tmp_path / "db")
    yield spender
    spender.close()


def test_what_a_slice_covers_is_paid_at_once_and_told_with_what_it_costs(stage: Spender) -> None:
    stage.grant(1_250)
    stage.absorb([order("ann", T0)])
    assert stage.told() == [("reward.granted", "ann", PART)]
    assert (stage.account.spent, stage.account.open, stage.account.needed) == (1_250, 1_250, 0)


def test_without_a_slice_an_occasion_waits_and_is_paid_once_when_there_is_one(stage: Spender) -> None:
    stage.absorb([order("ann", T0)])
    assert (stage.told(), stage.account.needed) == ([], 1_250)
    stage.absorb([order("ann", T0)])
    stage.crash()
    stage.grant(1_250)
    stage.pass_time(T0 + 1_000)
    stage.pass_time(T0 + DAY)
    assert stage.told() == [("reward.granted", "ann", PART)]
    assert (stage.account.spent, stage.account.needed) == (1_250, 0)


def test_a_transaction_that_comes_through_a_day_looks_once_at_what_waits(stage: Spender) -> None:
    stage.absorb([order("ann", T0)])
    stage.pass_time(T0 + DAY)
    row = stage.table.get(LOYALTY + b"ann")
    assert row is not None
    (unpaid,) = decode_loyalty(row).unpaid
    assert (unpaid.tries, unpaid.due) == (1, T0 + DAY + 2_000)


def test_what_was_due_before_a_fact_that_is_nothing_is_paid_once(stage: Spender) -> None:
    stage.absorb([order("ann", T0)])
    stage.grant(1_250)
    stage.absorb([failed("f-1", T0 + 2_000, "of-nobody")])
    stage.pass_time(T0 + DAY)
    assert stage.told() == [("reward.granted", "ann", PART)]
    assert (stage.account.spent, stage.account.needed) == (1_250, 0)


def test_when_the_budget_is_spent_it_is_withheld_and_says_so(stage: Spender) -> None:
    stage.grant(0, spent=2_000)
    stage.absorb([order("ann", T0)])
    assert stage.told() == [("reward.withheld", "ann", "budget")]
    assert stage.account.number == 0, "there is nothing to report"


def test_what_waits_is_withheld_when_others_have_spent_it_all(stage: Spender) -> None:
    stage.absorb([order("ann", T0)])
    stage.grant(0, spent=2_000)
    stage.pass_time(T0 + DAY)
    assert stage.told() == [("reward.withheld", "ann", "budget")]
    assert stage.account.needed == 0


def test_a_rule_may_let_occasions_wait_for_more_until_the_budget_ends(tmp_path: Path) -> None:
    stage = Spender(tmp_path / "db", ", when_spent: wait", f", until: {T0 + 10 * DAY}")
    stage.grant(0, spent=2_000)
    stage.absorb([order("ann", T0), order("bob", T0)])
    stage.pass_time(T0 + 3 * DAY)
    assert (stage.told(), stage.account.needed) == ([], 0)
    stage.grant(1_250, spent=1_000)
    stage.pass_time(T0 + 9 * DAY)
    assert [kind for kind, _, _ in stage.told()] == ["reward.granted"]
    stage.grant(1_250, spent=2_000)
    stage.pass_time(T0 + 12 * DAY)
    assert [kind for kind, _, _ in stage.told()] == ["reward.granted", "reward.withheld"]
    stage.absorb([order("cyd", T0 + 12 * DAY)])
    assert stage.told()[-1] == ("reward.withheld", "cyd", "budget")
    assert (stage.account.spent, stage.account.needed) == (1_250, 0)
    stage.close()


def test_what_is_taken_back_unused_goes_back_to_the_budget(stage: Spender) -> None:
    stage.grant(1_250)
    stage.absorb([order("ann", T0)])
    stage.absorb([cancellation("ann", T0 + DAY)])
    assert stage.told()[-1] == ("reward.revoked", "ann", PART)
    assert (stage.account.spent, stage.account.open) == (0, 0)


def test_what_has_waited_for_its_budget_is_taken_back_as_its_rule_said(stage: Spender) -> None:
    stage.absorb([order("ann", T0)])
    stage.grant(1_250)
    stage.pass_time(T0 + DAY)
    stage.obey(InForce(parse_policy(SMALL, "p.yaml")))
    stage.absorb([cancellation("ann", T0 + 2 * DAY)])
    assert [(kind, who) for kind, who, _ in stage.told()] == [("reward.granted", "ann"), ("reward.revoked", "ann")]
    assert (stage.account.spent, stage.account.open) == (0, 0)


def test_who_cancels_while_her_reward_waits_never_gets_it(stage: Spender) -> None:
    stage.absorb([order("ann", T0)])
    stage.absorb([cancellation("ann", T0 + 500)])
    stage.grant(1_250)
    stage.pass_time(T0 + DAY)
    assert (stage.told(), stage.account.spent, stage.account.needed) == ([], 0, 0)


def test_whoever_is_erased_needs_nothing_and_is_owed_nothing_and_what_was_spent_stays_so(stage: Spender) -> None:
    stage.grant(1_250)
    stage.absorb([order("ann", T0), order("ann", T0 + 1, "2")])
    assert (stage.account.spent, stage.account.open, stage.account.needed) == (1_250, 1_250, 1_250)
    stage.absorb([{"type": "customer_erased", "event_id": "x", "customer_id": "ann", "occurred_at": T0 + DAY}])
    assert (stage.account.spent, stage.account.open, stage.account.needed) == (1_250, 0, 0)


TURNS = """\
rewards:
  - id: gift
    on: {order_value: {min: 1.00}}
    offers:
      give: {one: {kind: gift, sku: A}, two: {kind: gift, sku: B}, three: {kind: gift, sku: C}}
      rotate: [one, two, three]
    budget: year
    clawback: full
budgets: [{id: year, amount: 30.00, cost: {gift: 10.00}}]
"""
COST = 1_000


def in_turn(path: Path) -> Spender:
    stage = Spender(path)
    stage.close()
    Stage.__init__(stage, path, parse_policy(SMALL + TURNS, "p.yaml"))
    return stage


def gifts(stage: Spender) -> list[tuple[str, str]]:
    """What was granted and refused, and which of the gifts it was or would have been."""
    rewards = [out for out in stage.outgoing if out.topic == TOPICS.rewards]
    return [(dict(out.headers)["ce_type"].decode(), payload(out)["give"]["sku"]) for out in rewards]


@pytest.mark.parametrize("ends", ["refused", "taken back"])
def test_a_gift_for_which_she_only_waited_is_her_next_one(tmp_path: Path, ends: str) -> None:
    stage = in_turn(tmp_path / "db")
    stage.absorb([order("ann", T0)])
    if ends == "refused":
        stage.grant(0, spent=3_000)
        stage.pass_time(T0 + DAY)
    else:
        stage.absorb([cancellation("ann", T0 + 1)])
    stage.grant(3 * COST)
    stage.absorb([order("ann", T0 + 2 * DAY + n, f"{n}") for n in range(2, 5)])
    had = [gift for kind, gift in gifts(stage) if kind == "reward.granted"]
    assert sorted(had) == ["A", "B", "C"]
    if ends == "refused":
        assert gifts(stage)[0] == ("reward.withheld", had[0])
    stage.close()


def test_a_round_that_is_over_stays_so_whatever_becomes_of_what_waited_in_it(tmp_path: Path) -> None:
    """Nothing is had twice in the round that has begun, either."""
    stage = in_turn(tmp_path / "db")
    stage.absorb([order("ann", T0)])
    stage.grant(5 * COST)  # she waits for 1_000 of it
    stage.absorb([order("ann", T0 + n, f"{n + 1}") for n in range(1, 5)])
    assert len(gifts(stage)) == 4
    stage.grant(4 * COST, spent=3_000)
    stage.pass_time(T0 + DAY)
    assert gifts(stage)[4][0] == "reward.withheld"
    stage.grant(9 * COST)
    stage.absorb([order("ann", T0 + 2 * DAY, "6")])
    second = [gift for kind, gift in gifts(stage)[2:] if kind == "reward.granted"]
    assert sorted(second) == ["A", "B", "C"]
    stage.close()
