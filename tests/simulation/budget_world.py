"""A fleet that draws on a budget, and whoever grants it, in one run with its faults: what must not have happened."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import ClassVar, Final

import orjson
from aiokafka import TopicPartition

from app.control.allotting import allot, first_record
from app.control.documents import compiled
from app.control.first_policy import first_record as first_policy
from schemas.budgets import BudgetReport, decode_report
from schemas.control import BudgetRecord, PolicyRecord
from schemas.rows import AccountRow
from tables.codec import decode_budgets
from tables.keys import BUDGETS
from tests.simulation.log import Entry
from tests.simulation.worker import SETTINGS
from tests.simulation.world import World

POLICY: Final = first_policy(str(Path(__file__).with_name("budget_policy.yaml")))
NAME: Final = "year"


@dataclass(eq=False)
class BudgetWorld(World):
    """Workers hear of grants late and in any order; whoever grants has forgotten all but the topics each time."""

    policy: ClassVar[PolicyRecord] = POLICY
    records: list[BudgetRecord] = field(default_factory=list)

    def start(self, name: str) -> None:
        """Start a worker, which reads the control topic first."""
        super().start(name)
        for record in self.records[-1:]:
            self.workers[name].view.take(record)

    async def _live(self) -> None:
        granting = asyncio.ensure_future(self._grant())
        try:
            await super()._live()
        finally:
            granting.cancel()

    async def _grant(self) -> None:
        chance = Random(self.seed)  # one of its own: with or without budgets the faults of a seed are the same
        (budget,) = compiled(self.policy).budgets
        while True:
            await asyncio.sleep(chance.uniform(0.005, 0.2))
            before = self.records[-1] if self.records else first_record(SETTINGS.app_id, NAME, self.partitions)
            after = allot(before, budget, self._reports())
            if after is before:
                continue
            self.records.append(after)
            for worker in self.workers.values():
                self.loop.call_later(chance.uniform(0, 0.4), worker.view.take, after)

    def _reports(self) -> dict[int, BudgetReport]:
        newest: dict[int, BudgetReport] = {}
        for entry in self.broker.log(TopicPartition(self.topics.budgets, 0)).committed():
            report = decode_report(entry.value or b"")
            before = newest.get(report.partition)
            if before is None or before.number < report.number:
                newest[report.partition] = report
        return newest

    def _check(self) -> None:
        for name in self.names:
            self.disks_hold(name)
        self.found += self._budget_faults()

    def _budget_faults(self) -> Iterator[str]:
        accounts = {partition: self._account(partition) for partition in range(self.partitions)}
        spent, limit = sum(account.spent for account in accounts.values()), compiled(self.policy).budgets[0].limit
        granted = self.records[-1].granted if self.records else (0,) * self.partitions
        for partition, account in accounts.items():
            if account.spent + account.returned > granted[partition]:
                yield f"budget: partition {partition} has spent what it was not granted: {account}"
        published = [orjson.loads(entry.value or b"") for entry in self._rewards()]
        paid = sum(one["paid_by"]["cost"] for one in published if "paid_by" in one)
        if paid > limit:
            yield f"budget: overspent: {paid} of {limit}"
        if paid != spent:
            yield f"budget: rewards for {paid} were published, {spent} are spent"
        ids = Counter(one["reward_id"] for one in published)
        yield from (f"budget: {name} is decided {count} times" for name, count in ids.items() if count > 1)

    def _account(self, partition: int) -> AccountRow:
        rows = [e.value for e in self.changelog(partition).committed() if e.key == BUDGETS and e.value is not None]
        return decode_budgets(rows[-1]).accounts.get(NAME, AccountRow()) if rows else AccountRow()

    def _rewards(self) -> Iterator[Entry]:
        for partition in range(self.partitions):
            yield from self.broker.log(TopicPartition(self.topics.rewards, partition)).committed()
