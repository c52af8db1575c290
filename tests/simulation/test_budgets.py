"""Workers that fail in every way draw on budgets: none is overspent, nothing is paid twice, what is left is back."""

from typing import Any

import pytest

from agents.budgeting import tell
from agents.decisions.purse import Purse
from agents.work import Work
from app.runtime import spending
from schemas.budgets import Budget
from tables.keys import BUDGETS
from tests.simulation.budget_world import BudgetWorld
from tests.simulation.running import new_disks, quiet

pytestmark = pytest.mark.simulation
SEEDS = range(20)
FORGETFUL = 0
"""A seed whose workers open a partition again after it has spent something."""


def wrong(seed: int) -> list[str]:
    """Run one world; says what was wrong in it."""
    with quiet(), new_disks() as disks:
        world = BudgetWorld(seed, disks)
        told = world.run()
        assert world.records, "there was something to grant"
        return told.violations


@pytest.mark.parametrize("seed", SEEDS)
def test_no_run_overspends_a_budget_pays_twice_or_keeps_a_slice_behind_the_end(seed: int) -> None:
    assert wrong(seed) == []


def test_a_partition_whose_account_is_not_in_its_transaction_overspends(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_its_row(work: Work, *given: Any) -> None:
        tell(work, *given)
        work.draft.rows.pop(BUDGETS, None)

    monkeypatch.setattr(spending, "tell", without_its_row)
    assert any("overspent" in fault for fault in wrong(FORGETFUL))


def test_a_partition_that_gives_nothing_back_when_a_budget_is_over_keeps_a_slice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = Purse.answer

    def only_when_recalled(purse: Purse, budget: Budget, *, over: bool) -> None:
        answer(purse, budget, over=False)

    monkeypatch.setattr(Purse, "answer", only_when_recalled)
    assert any("are not back" in fault for fault in wrong(FORGETFUL))
