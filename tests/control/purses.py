"""A shop of partitions that draw on one budget, without Kafka: purses, reports in a log, and whoever grants."""

from dataclasses import dataclass, field, replace

from agents.decisions.line import Line
from agents.decisions.purse import Purse, Slice
from app.control.allotting import allot, first_record
from schemas.budgets import Budget, BudgetReport
from schemas.control import BudgetRecord
from schemas.rows import AccountRow

NAME = "year"


@dataclass
class Partition:
    """What one has committed: its account, and the costs of the occasions that wait."""

    account: AccountRow | None = None
    waiting: list[int] = field(default_factory=list)
    paid: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    known: int = 0
    """How many records it has read."""


class Drawing:
    """Every call is a transaction, or what becomes of one that fails: nothing."""

    def __init__(self, budget: Budget, partitions: int) -> None:
        self.budget = budget
        self.partitions = [Partition() for _ in range(partitions)]
        self.records: list[BudgetRecord] = []
        self.log: list[BudgetReport] = []
        self.over = False
        """Whether every clock is behind the end of the budget."""
        self.clock = 0

    def occasion(self, number: int, cost: int, *, fails: bool = False) -> None:
        """Let an occasion come to a partition."""
        purse, partition = self._purse(number), self.partitions[number]
        verdict = purse.pay(NAME, cost)
        if verdict == "later":
            purse.need(NAME, cost)
        if not fails:
            self._commit(number, purse)
            {"paid": partition.paid, "later": partition.waiting, "spent": partition.refused}[verdict].append(cost)

    def look_again(self, number: int) -> None:
        """Let all that waits at a partition try once more."""
        purse, partition = self._purse(number), self.partitions[number]
        left: list[int] = []
        for cost in partition.waiting:
            verdict = purse.pay(NAME, cost, asked=True)
            if verdict == "later":
                left.append(cost)
                continue
            purse.need(NAME, -cost)
            (partition.paid if verdict == "paid" else partition.refused).append(cost)
        partition.waiting = left
        self._commit(number, purse)

    def take_back(self, number: int) -> None:
        """Take the newest grant of a partition back."""
        partition = self.partitions[number]
        if partition.paid:
            purse = self._purse(number)
            purse.regain(NAME, partition.paid.pop())
            self._commit(number, purse)

    def read(self, number: int) -> None:
        """Let a partition hear of all that was granted; till then it goes by what it knows."""
        self.partitions[number].known = len(self.records)
        self._commit(number, self._purse(number))

    def grant(self, upto: int | None = None) -> None:
        """Let whoever grants read the reports, from the beginning as one who has just taken over, and decide once."""
        newest: dict[int, BudgetReport] = {}
        for report in self.log[:upto]:
            before = newest.get(report.partition)
            if before is None or before.number < report.number:
                newest[report.partition] = report
        last = self.records[-1] if self.records else first_record("a", NAME, len(self.partitions))
        after = allot(last, replace(self.budget, until=0) if self.over else self.budget, newest)
        if after is not last:
            self.records.append(after)

    @property
    def spent(self) -> int:
        """What all have really spent."""
        return sum(partition.account.spent for partition in self.partitions if partition.account is not None)

    @property
    def outstanding(self) -> int:
        """What is granted, neither spent nor returned."""
        accounts = [partition.account or AccountRow() for partition in self.partitions]
        granted = sum(self.records[-1].granted) if self.records else 0
        return granted - sum(account.spent + account.returned for account in accounts)

    def _purse(self, number: int) -> Purse:
        partition = self.partitions[number]
        accounts = {NAME: partition.account} if partition.account is not None else {}
        if not partition.known:
            return Purse(accounts, {}, Line())
        record = self.records[partition.known - 1]
        part = Slice(record.granted[number], record.limit, record.spent, record.recall, record.favoured == number)
        return Purse(accounts, {NAME: part}, Line())

    def _commit(self, number: int, purse: Purse) -> None:
        purse.answer(self.budget, over=self.over)
        for account in purse.number().values():
            self.partitions[number].account = account
            self.clock += 1
            self.log.append(
                BudgetReport(
                    "a",
                    NAME,
                    number,
                    self.clock,
                    account.number,
                    account.spent,
                    account.returned,
                    account.recalled,
                    account.needed,
                    account.open,
                )
            )
