"""A deployment in, stopped or at work; the account of whether what it has published is right out.

Cuts are taken first, of all partitions; then the control topic is read, which holds whatever they were decided by; then
one partition after the other is read up to its cut, and its customers are checked.
"""

import asyncio
import tempfile
from contextlib import closing
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.decisions.in_force import InForce
from app.control.documents import rollout
from app.control.view import ControlView
from app.policies.rollout import history
from app.rights import rights_of
from app.rights_check import check_rights
from app.runtime.errors import SegueError
from app.settings import Settings
from app.simulate.progress import Progress
from app.simulate.spool import Spool
from app.spans import Span
from app.topic_check import check_topics, partition_counts
from app.verifying.account import Account
from app.verifying.customer_log import LIMIT, CustomerLog
from app.verifying.cut import Cut, Cutter
from app.verifying.meter import Meter
from app.verifying.partition import PartitionCheck, Reached
from app.verifying.reading import begins, open_consumers, progress_of
from app.verifying.recomputing import may_be_silent
from schemas.control import Unreadable
from schemas.rows import ProgressRow


def run_verification(settings: Settings, progress: Progress, limit: int = LIMIT) -> Account:
    """Do it; SegueError if it cannot be done. `limit`: so many facts and records are held in memory."""
    try:
        with tempfile.TemporaryDirectory(prefix="segue-verify-") as scratch:
            return asyncio.run(_Verification(settings, progress, Path(scratch), limit).run())
    except OSError as error:
        raise SegueError(f"{tempfile.gettempdir()}: cannot be written: {error.strerror or error}") from error


class _Verification:
    def __init__(self, settings: Settings, progress: Progress, scratch: Path, limit: int) -> None:
        self._settings = settings
        self._progress = progress
        self._scratch = scratch
        self._limit = limit
        self._account = Account()
        self._linked = False

    async def run(self) -> Account:
        counts = await partition_counts(self._settings)
        await check_rights(self._settings, "verify")
        read = {right.name for right in rights_of("verify", self._settings.topics)}
        partitions = check_topics(self._settings, counts, read)
        async with open_consumers(self._settings) as (committed, raw):
            cuts = await Cutter(self._settings.topics, counts, committed, raw).cuts(range(partitions))
            in_force = self._in_force(await history(self._settings))
            reached = [await self._reached(committed, cut, in_force) for cut in cuts]
            meter = Meter(self._progress, sum(one.offsets for one in reached))
            by_records = self._settings.clock == "stream"
            for one in reached:
                check = PartitionCheck(one, self._settings.topics, partitions, counts, by_records=by_records)
                await self._check(one, check, committed, in_force, meter)
        if in_force.rolls:
            self._account.notes.append("rewards were not compared with the input: more than one policy was in force")
        return self._account

    async def _check(
        self, one: Reached, check: PartitionCheck, consumer: AIOKafkaConsumer, in_force: InForce, meter: Meter
    ) -> None:
        """Check one partition; what is too much for memory lies in a file of its own meanwhile."""
        with closing(CustomerLog(Spool(self._scratch / str(one.cut.partition)), self._limit)) as log:
            await check.read(consumer, log, meter)
            candidates = await check.check(log, in_force, self._account, meter, linked=self._linked)
        if candidates:
            await check.explain(consumer, candidates, in_force, self._account)

    def _in_force(self, view: ControlView) -> InForce:
        if not view.policies:
            raise SegueError(
                f"no policy stands on {self._settings.topics.control}: nothing was ever decided. Operator action: "
                "start a worker first."
            )
        try:
            first, *later = map(rollout, view.policies)
        except Unreadable as error:
            raise SegueError(f"{error}. Operator action: verify with the version of Segue that works here.") from error
        in_force = InForce(first.policy, [one.cut_points for one in view.cut_points], rollouts=later)
        self._linked = not may_be_silent(in_force, (one.silent for one in later))
        return in_force

    async def _reached(self, consumer: AIOKafkaConsumer, cut: Cut, in_force: InForce) -> Reached:
        """Find how far a worker has come, and say what is not there any more."""
        row = await progress_of(consumer, cut.changelog) or ProgressRow({}, 0)
        feeds = {TopicPartition(topic, cut.partition): feed for topic, feed in self._settings.topics.feeds.items()}
        starts = await begins(consumer, list(feeds))
        inputs = {feed: Span(tp, starts[tp], row.offsets.get(tp.topic, 0)) for tp, feed in feeds.items()}
        for span in (*inputs.values(), cut.transitions, cut.rewards):
            if span.begin:
                place = f"{span.tp.topic}[{span.tp.partition}]"
                self._account.notes.append(f"{place} begins at offset {span.begin:,}: what was before is not known")
        until = row.clock - in_force.policy_at(row.clock).grace_ms
        if row.clock:
            self._account.reached(until)
        return Reached(cut, inputs, until)
