"""What a partition has been granted of its budgets in; what it can pay, and what it tells of that, out.

All amounts are in what a budget counts. A partition spends only what it knows to have been granted: a grant of which it
hears late makes it wait, never overspend.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from msgspec.structs import replace

from agents.decisions.line import Line
from schemas.budgets import Budget
from schemas.rows import AccountRow

Verdict = Literal["paid", "later", "spent"]
"""What becomes of an occasion: its cost is taken; the budget may have enough, but not here and now; it has not."""


class Slice(NamedTuple):
    """What the one who grants has last said of a budget to one partition."""

    granted: int
    """Over all time."""
    limit: int
    spent: int
    """What all partitions have told to be spent: at least so much is."""
    recall: int
    favoured: bool
    """Whether others were recalled for this partition's need."""


NOTHING: Final = AccountRow()


def idle(held: int, needed: int, largest: int, *, favoured: bool) -> int:
    """Say how much of what a partition holds it does not need.

    What is less than the largest cost may be of no use to anybody where it is, unless it is there to be added to.
    """
    if favoured or held >= largest:
        return max(0, held - needed)
    return held


class Purse:
    """One partition's, during one transaction; the accounts it was made of stay as they are."""

    __slots__ = ("_accounts", "_slices", "changed", "line", "reach")

    def __init__(self, accounts: Mapping[str, AccountRow], slices: Mapping[str, Slice], line: Line) -> None:
        """`slices`: by budget; of one that is not there nothing has been granted yet. `line`: who waits for them."""
        self._accounts = accounts
        self._slices = slices
        self.line = line
        self.changed: dict[str, AccountRow] = {}
        """The accounts that are not as they were."""
        self.reach = 0
        """The instant to which the transaction comes: what waits learns nothing new before it."""

    def account(self, budget: str) -> AccountRow:
        """Give an account as it stands now, not to be changed in place."""
        found = self.changed.get(budget)
        return found if found is not None else self._accounts.get(budget, NOTHING)

    def held(self, budget: str) -> int:
        """Give what can be paid here; not less than 0, though the newest grants may not be known."""
        part = self._slices.get(budget)
        account = self.account(budget)
        return max(0, part.granted - account.returned - account.spent) if part is not None else 0

    def pay(self, budget: str, cost: int, *, asked: bool = False) -> Verdict:
        """Take a cost, if it is there. `asked`: it is part of what is needed; for others that much is kept."""
        verdict = self.judge(budget, cost, asked=asked)
        if verdict == "paid":
            self._change(budget).spent += cost
        return verdict

    def judge(self, budget: str, cost: int, *, asked: bool) -> Verdict:
        """Say what would become of a cost."""
        if self.held(budget) - (0 if asked else max(0, self.account(budget).needed)) >= cost:
            return "paid"
        part = self._slices.get(budget)
        return "spent" if part is not None and part.limit - part.spent < cost else "later"

    def need(self, budget: str, change: int) -> None:
        """Ask for more, or for less where it is below 0."""
        if change:
            self._change(budget).needed += change

    def regain(self, budget: str, cost: int) -> None:
        """Have back what a grant took that is taken back unused."""
        self._change(budget).spent -= cost

    def owe(self, budget: str, change: int) -> None:
        """Note a change of what is granted and can still be redeemed."""
        if change:
            self._change(budget).open += change

    def answer(self, budget: Budget, *, over: bool) -> None:
        """Make an account of a budget, the first time; give back what is recalled, or left when the budget is over."""
        name = budget.id
        if name not in self._accounts:
            self._change(name)
        part, account = self._slices.get(name), self.account(name)
        if part is None:
            return
        recalled = part.recall > account.recalled
        if not (over or recalled):
            return
        # Who recalls counts on all that is too little to pay with where it is, also once the budget is over.
        largest = budget.costs[-1] if recalled and budget.costs else 0
        back = idle(self.held(name), account.needed, largest, favoured=part.favoured)
        if back or recalled:
            account = self._change(name)
            account.returned += back
            account.recalled = part.recall

    def number(self) -> Mapping[str, AccountRow]:
        """Number the accounts that have changed, and give them: to be called once, when all is decided."""
        for name, account in self.changed.items():
            account.number = self._accounts.get(name, NOTHING).number + 1
        return self.changed

    def _change(self, budget: str) -> AccountRow:
        account = self.changed.get(budget)
        if account is None:
            account = self.changed[budget] = replace(self._accounts.get(budget, NOTHING))
        return account
