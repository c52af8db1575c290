"""The shape of the budgets of a policy document, and whether they pay for rules that there are."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from schemas.budgets import Budget
from schemas.closed import Amount, Closed, Mistake, Name, Share, Whole
from schemas.references import References
from schemas.reward_rules import Draw
from schemas.time_document import Moment


def _ascending(shares: list[Share]) -> list[Share]:
    if any(shares[i] >= shares[i + 1] for i in range(len(shares) - 1)):
        raise ValueError("values must ascend")
    return shares


Cost = Annotated[Amount, Field(gt=0)]


class BudgetDocument(Closed):
    """What reward rules may cost together, in money or in grants; never overspent."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["amount", "cost"]}, {"required": ["grants"]}]})

    id: Name
    amount: Cost | None = None
    """In major units of the currency."""
    cost: Annotated[dict[Name, Cost], Field(min_length=1)] | None = None
    """What one reward of each rule costs."""
    grants: Annotated[Whole, Field(lt=10**15)] | None = None
    """So many rewards, whatever they cost."""
    until: Moment | None = None
    """It pays for occasions up to and including this instant; it has no end unless given."""
    alert_at: Annotated[list[Share], Field(max_length=8), AfterValidator(_ascending)] = Field([])
    """Ascending shares of the amount; an alert goes out when one is spent."""

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.amount is None) == (self.grants is None) or (self.amount is None) != (self.cost is None):
            raise ValueError("give amount and cost, or grants")
        return self

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell which costs are of no rule, or of one that another budget pays, and which exceed the amount."""
        yield from names.too_fine("amount", self.amount)
        for rule, cost in (self.cost or {}).items():
            for place, message in names.too_fine(rule, cost):
                yield ("cost", *place), message
            yield from self._payer(rule, cost, names)

    def _payer(self, rule: str, cost: Decimal, names: References) -> Iterator[Mistake]:
        if rule not in names.budget_of:
            yield ("cost", rule), f"there is no reward {rule}"
        elif names.budget_of[rule] != self.id:
            yield ("cost", rule), f"reward {rule} does not draw on budget {self.id}"
        elif self.amount is not None and cost > self.amount:
            yield ("cost", rule), "one reward costs more than the budget has"

    def compile(self, exponent: int) -> Budget:
        """Build what is read of it where slices are granted; the currency has so many decimals."""
        costs = {_minor(cost, exponent) for cost in self.cost.values()} if self.cost is not None else {1}
        return Budget(
            id=self.id,
            limit=self.grants if self.grants is not None else _minor(self.amount or Decimal(), exponent),
            unit="minor" if self.grants is None else "grants",
            until=self.until,
            costs=tuple(sorted(costs)),
            alert_at=tuple(self.alert_at),
        )

    def draw(self, rule: str, exponent: int, *, waits: bool) -> Draw:
        """Say what one grant of a rule takes from it."""
        cost = _minor(self.cost[rule], exponent) if self.cost is not None else 1
        return Draw(self.id, cost, self.until, waits)


def _minor(amount: Decimal, exponent: int) -> int:
    """Give the minor units of an amount that has been checked."""
    return int(amount.scaleb(exponent))
