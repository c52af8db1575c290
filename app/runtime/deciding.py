"""One transaction decided: records in hand and passing time in, a draft and what to send out; nothing is written."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from agents.dead_letters import dead_letter
from agents.decisions.clock import read_clock
from agents.partition_work import PartitionWork
from agents.run import Record
from agents.work import Work
from app.runtime.broken_feed import Rejections, Slice, refuse_broken
from app.runtime.calendar import Calendar
from app.runtime.deployment import Deployment
from app.runtime.experience import Attempt, Experience
from app.runtime.inputs import Inputs
from app.runtime.intake import Batch
from app.runtime.opening import OpenPartition
from app.runtime.passing_time import SLICE as DUES
from app.runtime.source import PartitionSource
from app.runtime.spending import Spending
from schemas.rejections import Rejected

SLICE: Final = 1_000
"""Records decided between two turns of the event loop; larger slices also lose the CPU's caches."""


class Undecided(Exception):
    """Deciding or writing out a batch has raised; the cause is attached, and no disk or broker is to blame."""

    def __init__(self, batch: Batch) -> None:
        super().__init__()
        self.batch = batch


@dataclass(frozen=True, slots=True)
class Decision:
    """What the next transaction is to make true."""

    work: Work
    batch: Batch | None
    clock: int
    lagging: bool
    rejections: Rejections


class Deciding:
    """Decides the transactions of one partition during one lease."""

    def __init__(
        self,
        deployment: Deployment,
        source: PartitionSource,
        opened: OpenPartition,
        work: PartitionWork,
        experience: Experience,
        *,
        may_move: Callable[[int], int],
        may_walk: Callable[[int], int],
    ) -> None:
        """`may_move`: how many customers time may move in a transaction of so many orders, asked when any are due.
        `may_walk`: how many pieces of a walk it may do there.
        """
        self._deployment = deployment
        self._source = source
        self._opened = opened
        self._work = work
        self._experience = experience
        self._calendar = Calendar(deployment, opened, source.partition, work, may_walk)
        self._spending = Spending(deployment, opened, source.partition, work)
        self._may_move = may_move
        self._inputs = Inputs(source, opened, round(deployment.settings.clock_hold_seconds * 1000))

    async def decide(self) -> Decision:
        """Take records from the hand and decide them, and who is due: reads rows, writes nothing but a draft.

        Undecided when the records are to blame; SegueError when so many are rejected that the feed is broken.
        """
        opened, settings, now = self._opened, self._deployment.settings, self._deployment.clocks.now()
        self._obey()
        lagging = self._inputs.lagging(opened.intake.ends())
        work = Work(opened.table.begin(), opened.clock, now)
        work.purse = self._spending.begin()
        await self._calendar.begin(work, now, lagging)
        bound = self._calendar.bound(now, lagging)
        batch = self._take(lagging, bound)
        slices = [] if batch is None else await self._absorb(work, batch)
        rejections = self._experience.rejections.after(slices, settings.dead_letters.over)
        refuse_broken(rejections, settings.dead_letters, self._source.partition)
        inputs = self._inputs.take(batch, bound)
        clock = read_clock(settings.clock, opened.clock, inputs, now, bound)
        until = clock - self._work.in_force.policy_at(clock).grace_ms
        orders = 0 if batch is None else len(batch.records)
        await self._pass_time(work, until, orders)
        await self._calendar.walk(work, clock, now, lagging, orders)
        self._spending.settle(work, clock)
        return Decision(work, batch, clock, any(state.lagging for state in inputs), rejections)

    @property
    def pressing(self) -> bool:
        """Whether the calendar asks for another transaction at once."""
        return self._calendar.pressing

    @property
    def walks(self) -> bool:
        """Whether a walk through all customers is under way."""
        return self._calendar.walks

    def _take(self, lagging: set[str], bound: int | None) -> Batch | None:
        """Take as many records as they let themselves be worked together."""
        learned, records = self._experience, self._deployment.settings.transactions.records
        portion, alone = learned.portion.records, learned.poison.alone
        batch = self._opened.intake.take(records, lagging, portion=portion, alone=alone, until=bound)
        learned.attempt = Attempt(batch)
        return batch

    def _obey(self) -> None:
        """Decide by what stands on the control topic."""
        in_force = self._deployment.rules.in_force()
        if in_force is not self._work.in_force:
            self._work.obey(in_force)

    def committed(self, decision: Decision) -> None:
        """Learn from what has become true."""
        self._experience.rejections = decision.rejections
        if decision.batch is not None:
            self._experience.passed(decision.batch)

    async def _absorb(self, work: Work, batch: Batch) -> list[Slice]:
        """Decide the records; tells of each slice how many were accepted and rejected."""
        slices: list[Slice] = []
        self._spending.reach(work, min(work.detected_at, max(batch.reached.values())))
        for records in batch.slices(SLICE):
            accepted, rejected = work.tally.read.total(), work.tally.rejected.total()
            if self._experience.poison.condemns(records[0]):
                self._set_aside(work, records[0])
            else:
                began = self._deployment.clocks.steady()
                with blaming(batch):
                    self._work.absorb(work, records)
                self._experience.attempt.deciding_s += self._deployment.clocks.steady() - began
            slices.append(Slice(work.tally.read.total() - accepted, work.tally.rejected.total() - rejected))
            await asyncio.sleep(0)
        return slices

    async def _pass_time(self, work: Work, until: int, orders: int) -> None:
        """Move those who are due, the oldest first: as many as may be, the rest is for later transactions."""
        self._spending.reach(work, until)
        await self._spending.look_again(work, until)
        index = self._opened.table.due
        due = index.take(until, self._may_move(orders)) if index.fires(until) else ()
        for start in range(0, len(due), DUES):
            self._work.pass_time(work, due[start : start + DUES], until)
            await asyncio.sleep(0)

    def _set_aside(self, work: Work, record: Record) -> None:
        rejected = Rejected("internal_error", "$", f"Working it raised {self._experience.poison.reason}")
        work.tally.rejected[record.topic, rejected.code] += 1
        topic = self._deployment.settings.topics.dead_letters
        work.outgoing.append(dead_letter(record, rejected, topic, stage="process"))


@contextmanager
def blaming(batch: Batch) -> Iterator[None]:
    """Blame the records for what is raised, unless a disk or the machine is at fault."""
    try:
        yield
    except (OSError, MemoryError):
        raise
    except Exception as error:
        if type(error) is Exception:  # rocksdict raises nothing more exact when it cannot read
            raise
        raise Undecided(batch) from error
