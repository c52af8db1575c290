"""The shape of the budgets of a policy document, and whether they pay for rules that there are."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas.closed import Amount, Closed, Mistake, Name, Share
from schemas.references import References


def _ascending(shares: list[Share]) -> list[Share]:
    if any(shares[i] >= shares[i + 1] for i in range(len(shares) - 1)):
        raise ValueError("values must ascend")
    return shares


Cost = Annotated[Amount, Field(gt=0)]


class BudgetDocument(Closed):
    """What reward rules may cost together; never overspent."""

    id: Name
    amount: Cost
    """In major units of the currency."""
    cost: Annotated[dict[Name, Cost], Field(min_length=1)]
    """What one reward of each rule costs."""
    alert_at: Annotated[list[Share], Field(max_length=8), AfterValidator(_ascending)] = Field([])
    """Ascending shares of the amount; an alert goes out when one is spent."""

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell which costs are of no rule, or of one that another budget pays, and which exceed the amount."""
        yield from names.too_fine("amount", self.amount)
        for rule, cost in self.cost.items():
            for place, message in names.too_fine(rule, cost):
                yield ("cost", *place), message
            yield from self._payer(rule, cost, names)

    def _payer(self, rule: str, cost: Decimal, names: References) -> Iterator[Mistake]:
        if rule not in names.budget_of:
            yield ("cost", rule), f"there is no reward {rule}"
        elif names.budget_of[rule] != self.id:
            yield ("cost", rule), f"reward {rule} does not draw on budget {self.id}"
        elif cost > self.amount:
            yield ("cost", rule), "one reward costs more than the budget has"
