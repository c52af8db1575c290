"""What a partition is granted in, its purse for one transaction and its accounts out: they commit with what was bought.

The accounts are a row of the partition: whoever opens it next goes on with them. What is kept here runs ahead of a
transaction that is under way; one that fails ends the lease, and all this with it.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

from agents.budgeting import answer_all, tell
from agents.decisions.line import InLine, Line
from agents.decisions.purse import Purse, Slice
from agents.partition_work import PartitionWork
from agents.work import Work
from app.runtime.deployment import Deployment
from app.runtime.opening import OpenPartition
from schemas.rows import AccountRow
from tables.codec import decode_budgets
from tables.keys import BUDGETS

LOOKS: Final = 200
"""Occasions looked at again in one transaction: orders wait behind it."""
BREATH: Final = 50
"""Of these between two turns of the event loop."""


class Spending:
    """Keeps the accounts of one partition during one lease."""

    def __init__(self, deployment: Deployment, opened: OpenPartition, partition: int, work: PartitionWork) -> None:
        self._deployment = deployment
        self._partition = partition
        self._work = work
        stored = opened.table.get(BUDGETS)
        self._accounts: Mapping[str, AccountRow] = decode_budgets(stored).accounts if stored is not None else {}
        self._line = Line()
        self._told: Mapping[str, Slice] = {}
        """What was granted when those in the line were last asked about."""
        self._looked = True
        """Whether all of them were looked at for whom that made a difference."""

    def begin(self) -> Purse | None:
        """Give what can be spent in this transaction; None where no policy has budgets, and none has had any."""
        if not (self._accounts or self._work.in_force.budgeted):
            return None
        slices = self._slices()
        if slices != self._told:
            self._told, self._looked = slices, False
        return Purse(self._accounts, slices, self._line)

    def reach(self, work: Work, at: int) -> None:
        """Let what waits in this transaction wait for what comes after an instant."""
        if work.purse is not None:
            work.purse.reach = max(work.purse.reach, at)

    async def look_again(self, work: Work, until: int) -> None:
        """Look at what waits, in the order in which it began to, as soon as more is granted or known to be spent."""
        if work.purse is None or self._looked:
            return
        looks, self._looked = 0, True
        for waiting in self._line:
            if not _is_news(work.purse, waiting):
                continue
            if looks == LOOKS:
                self._looked = False
                return
            # Who has come further than the partition's clock is looked at once that has caught up.
            self._looked &= self._work.look_again(work, waiting, until)
            looks += 1
            if looks % BREATH == 0:
                await asyncio.sleep(0)

    def settle(self, work: Work, clock: int) -> None:
        """Write and report what this transaction does to the accounts."""
        purse = work.purse
        if purse is None:
            return
        answer_all(purse, self._accounts, self._work.in_force, clock)
        tell(work, purse, self._accounts, self._deployment.settings.topics, (self._partition, clock))
        self._accounts = {**self._accounts, **purse.changed}

    def _slices(self) -> dict[str, Slice]:
        app, here = self._deployment.settings.app_id, self._partition
        return {
            name: Slice(record.granted[here], record.limit, record.spent, record.recall, record.favoured == here)
            for (of, name), record in self._deployment.rules.view.budgets.items()
            if of == app and here < len(record.granted)
        }


def _is_news(purse: Purse, waiting: InLine) -> bool:
    """Tell whether an occasion would be found otherwise than it was."""
    verdict = purse.judge(waiting.budget, waiting.cost, asked=waiting.asks)
    return verdict == "paid" or (verdict == "later") is not waiting.asks
