"""Reports of partitions in, how each budget stands out: what the one who grants knows."""

from dataclasses import dataclass, field, replace

from app.control.documents import compiled
from app.control.versions import policy_at
from app.control.view import ControlView
from schemas.budgets import Budget, BudgetReport
from schemas.control import BudgetRecord, PolicyRecord


@dataclass(slots=True)
class Books:
    """The newest report of every partition on every budget of one application."""

    app: str
    partitions: int
    view: ControlView
    reports: dict[str, dict[int, BudgetReport]] = field(default_factory=dict)
    """By budget and partition."""

    def take(self, report: BudgetReport) -> None:
        """Keep a report, unless a newer one is known; what is not of this application is passed over."""
        if report.app != self.app or not 0 <= report.partition < self.partitions:
            return
        known = self.reports.setdefault(report.budget, {})
        before = known.get(report.partition)
        if before is None or before.number < report.number:
            known[report.partition] = report

    def clock(self, budget: str) -> int:
        """Give the instant (epoch ms) to which the partitions have come that have told of a budget."""
        return max((report.at for report in self.reports[budget].values()), default=0)

    def policy(self, budget: str) -> tuple[PolicyRecord, Budget | None]:
        """Give the policy in force at the partitions' clock, and what it says of a budget.

        One that it has no more stays as the newest policy had it that did, and is over; None = none ever had.
        """
        now = policy_at(self.view, self.clock(budget))
        found = compiled(now).budget(budget)
        if found is not None:
            return now, found
        before = (compiled(one).budget(budget) for one in reversed(self.view.policies[: now.number]))
        last = next((one for one in before if one is not None), None)
        return now, replace(last, until=0) if last is not None else None

    def record(self, budget: str) -> BudgetRecord | None:
        """Give what has been published last of a budget."""
        return self.view.budgets.get((self.app, budget))

    def spent(self, budget: str) -> int:
        """Sum up what has been spent, less what was taken back unused."""
        return sum(report.spent for report in self.reports[budget].values())

    def open(self, budget: str) -> int:
        """Sum up what granted rewards have cost that can still be redeemed."""
        return sum(report.open for report in self.reports[budget].values())
