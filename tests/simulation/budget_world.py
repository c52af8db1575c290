"""A fleet that draws on budgets, and whoever grants them, in one run with its faults: what must not have happened."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, ClassVar, Final

import orjson
from aiokafka import TopicPartition

from agents.decisions.occasions import Decided
from agents.decisions.whole_life import live
from app.control.allotting import allot, first_record
from app.control.documents import compiled
from app.control.first_policy import first_record as first_policy
from schemas.budgets import Budget, BudgetReport, decode_report
from schemas.control import BudgetRecord, PolicyRecord
from schemas.rows import AccountRow
from tables.codec import decode_budgets
from tables.keys import BUDGETS
from tests.builders import fact_of
from tests.simulation.load import PUNCTUAL
from tests.simulation.worker import SETTINGS
from tests.simulation.world import World

POLICY: Final = first_policy(str(Path(__file__).with_name("budget_policy.yaml")))
LIMITS: Final = {"large-gift": 1, "early-gift": 2}
"""How often a customer is given them at most."""


@dataclass(eq=False)
class BudgetWorld(World):
    """Workers hear of grants late and in any order; whoever grants has forgotten all but the topics each time."""

    policy: ClassVar[PolicyRecord] = POLICY
    settling_seconds: ClassVar[float] = 8.0
    """What waits for a budget is looked at again after 1 s, 2 s more and 4 s more, where its worker has died since."""
    records: dict[str, BudgetRecord] = field(default_factory=dict)
    """The newest of each budget that was ever granted from."""

    def start(self, name: str) -> None:
        """Start a worker, which reads the control topic first."""
        super().start(name)
        for record in self.records.values():
            self.workers[name].view.take(record)

    async def _live(self) -> None:
        granting = asyncio.ensure_future(self._grant())
        try:
            await super()._live()
        finally:
            granting.cancel()

    async def _grant(self) -> None:
        chance = Random(self.seed)  # one of its own: with or without budgets the faults of a seed are the same
        while True:
            await asyncio.sleep(chance.uniform(0.005, 0.2))
            for budget in compiled(self.policy).budgets:
                before = self.records.get(budget.id) or first_record(SETTINGS.app_id, budget.id, self.partitions)
                after = allot(before, budget, self._reports(budget.id))
                if after is before:
                    continue
                self.records[budget.id] = after
                for worker in self.workers.values():
                    self.loop.call_later(chance.uniform(0, 0.4), worker.view.take, after)

    def _reports(self, budget: str) -> dict[int, BudgetReport]:
        newest: dict[int, BudgetReport] = {}
        for entry in self.broker.log(TopicPartition(self.topics.budgets, 0)).committed():
            report = decode_report(entry.value or b"")
            before = newest.get(report.partition)
            if report.budget == budget and (before is None or before.number < report.number):
                newest[report.partition] = report
        return newest

    def _check(self) -> None:
        for name in self.names:
            self.disks_hold(name)
        decided = list(self._rewards())
        for budget in compiled(self.policy).budgets:
            self.found += self._budget_faults(budget, decided)
        self.found += self._decision_faults(decided)

    def _budget_faults(self, budget: Budget, decided: list[dict[str, Any]]) -> Iterator[str]:
        record = self.records.get(budget.id)
        granted = record.granted if record is not None else (0,) * self.partitions
        accounts = [self._account(partition, budget.id) for partition in range(self.partitions)]
        for partition, account in enumerate(accounts):
            left = granted[partition] - account.spent - account.returned
            if left < 0:
                yield f"budget: partition {partition} has spent what it was not granted: {account}"
            if left > 0 and budget.until is not None:
                yield f"budget: {left} of {budget.id} are not back from partition {partition}: {account}"
            if account.needed:
                yield f"budget: partition {partition} still needs something: {account}"
        costs = [one["paid_by"]["cost"] for one in decided if one.get("paid_by", {}).get("budget") == budget.id]
        paid, spent = sum(costs), sum(account.spent for account in accounts)
        if paid > budget.limit:
            yield f"budget: overspent: {paid} of {budget.limit}"
        if paid != spent:
            yield f"budget: rewards for {paid} were published, {spent} are spent"

    def _decision_faults(self, decided: list[dict[str, Any]]) -> Iterator[str]:
        """Every occasion of who is punctual is decided, each once, and nobody is given more than the limits allow."""
        ids = Counter(one["reward_id"] for one in decided)
        yield from (f"budget: {name} is decided {count} times" for name, count in ids.items() if count > 1)
        given = Counter((one["customer_id"], one["rule"]) for one in decided if "paid_by" in one)
        for (customer, rule), count in given.items():
            if count > LIMITS.get(rule, count):
                yield f"limit: {customer} was given {rule} {count} times"
        if not self.faults.jumped:
            hers = {one["reward_id"] for one in decided if one["customer_id"] in PUNCTUAL}
            wanted = {name for customer in PUNCTUAL for name in self._occasions(customer)}
            yield from (f"budget: {name} is not decided" for name in wanted - hers)
            yield from (f"budget: {name} is decided, but is no occasion" for name in hers - wanted)

    def _occasions(self, customer: str) -> Iterator[str]:
        """Name what would be decided if budgets had enough for everything: the same occasions as if they had not."""
        facts = [fact_of(event) for event in self.load.events if event["customer_id"] == customer]
        lived = live(customer, facts, compiled(self.policy), self.broker.now())
        yield from (one.reward_id for one in lived.rewards if isinstance(one, Decided))

    def _account(self, partition: int, budget: str) -> AccountRow:
        rows = [e.value for e in self.changelog(partition).committed() if e.key == BUDGETS and e.value is not None]
        return decode_budgets(rows[-1]).accounts.get(budget, AccountRow()) if rows else AccountRow()

    def _rewards(self) -> Iterator[dict[str, Any]]:
        for partition in range(self.partitions):
            log = self.broker.log(TopicPartition(self.topics.rewards, partition))
            yield from (orjson.loads(entry.value or b"") for entry in log.committed())
