"""What grants would take from budgets in; what each budget is asked for, and when it would be spent, out.

A simulation lives one customer after another, and has no order in which they come to a budget: so all are granted what
they ask for, and what that comes to is told beside what there is.
"""

from collections import Counter, defaultdict
from typing import Any, Final

from schemas.instants import DAY_MS, rfc3339
from schemas.policy import Policy
from schemas.reward_rules import Draw

DATE: Final = 10  # letters of an instant in RFC 3339


class BudgetNeeds:
    """Counts by days of UTC, in what each budget counts: minor units or grants."""

    def __init__(self, policy: Policy) -> None:
        self._budgets = policy.budgets
        self._days: defaultdict[str, Counter[int]] = defaultdict(Counter)

    def take(self, draw: Draw, at: int) -> None:
        """Count one grant of an instant."""
        self._days[draw.budget][at // DAY_MS] += draw.cost

    def told(self) -> dict[str, Any]:
        """Give each budget as JSON: `short` is what it could not pay, from about the day `spent_on` on."""
        return {
            budget.id: {
                "unit": budget.unit,
                "limit": budget.limit,
                "asked": self._days[budget.id].total(),
                "short": max(0, self._days[budget.id].total() - budget.limit),
                "spent_on": self._spent_on(budget.id, budget.limit),
            }
            for budget in self._budgets
        }

    def _spent_on(self, budget: str, limit: int) -> str | None:
        """Name the day on which more is asked for than is left."""
        spent = 0
        for day, asked in sorted(self._days[budget].items()):
            spent += asked
            if spent > limit:
                return rfc3339(day * DAY_MS)[:DATE]
        return None
