"""A partition's accounts as a transaction leaves them in; their row, and reports for the one who grants, out."""

from collections.abc import Mapping

from agents.decisions.in_force import InForce
from agents.decisions.purse import Purse
from agents.outgoing import Outgoing
from agents.work import Work
from schemas.budgets import Budget, BudgetReport, encode_report, report_key
from schemas.rows import AccountRow, BudgetsRow
from schemas.topics import Topics
from tables.codec import encode
from tables.keys import BUDGETS


def answer_all(purse: Purse, known: Mapping[str, AccountRow], in_force: InForce, clock: int) -> None:
    """Begin the accounts of a policy that has come into force, and give back what is recalled or of no use any more."""
    wanted = {budget.id: budget for budget in in_force.policy_at(clock).budgets if budget.costs}
    for budget in wanted.values():
        purse.answer(budget, over=budget.until is not None and clock > budget.until)
    for name in known.keys() - wanted.keys():
        purse.answer(Budget(id=name, limit=0, unit="minor", until=None, costs=()), over=True)


def tell(work: Work, purse: Purse, known: Mapping[str, AccountRow], topics: Topics, place: tuple[int, int]) -> None:
    """Write the accounts, and report those that have changed; `place` is the partition and its clock."""
    partition, clock = place
    changed = purse.number()
    if not changed:
        return
    work.draft.rows[BUDGETS] = encode(BudgetsRow({**known, **changed}))
    for name, account in changed.items():
        report = BudgetReport(
            topics.app_id, name, partition, clock, account.number, account.spent, account.returned, account.recalled,
            account.needed, account.open,
        )  # fmt: skip
        work.outgoing.append(Outgoing(topics.budgets, report_key(report), encode_report(report), []))
