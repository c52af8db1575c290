"""One transaction of a partition: its rows, its outputs and its source offsets become true together, or never were.

Any exception leaves the transaction open: the task drops the producer and everything in hand, and opening again
settles it (InitProducerId aborts, or finds it committed). `abort_transaction` is never called, for after a failed
commit nobody here can tell whether it took place.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from aiokafka import TopicPartition
from aiokafka.errors import ProducerFenced

from agents.work import Work
from app.runtime.deciding import Deciding, blaming
from app.runtime.deployment import Deployment
from app.runtime.group_offsets import GroupOffsets
from app.runtime.intake import Batch
from app.runtime.opening import OpenPartition
from app.runtime.sending import Wire, send_all
from app.runtime.source import PartitionSource
from app.runtime.state_checks import check_grown
from app.runtime.workplace import Workplace
from app.runtime.written import GROUP, tell_written
from schemas.rows import LAYOUT, ProgressRow
from tables.codec import encode
from tables.keys import IDENTITY, PROGRESS
from tables.position import Position

Wires = dict[TopicPartition, list[Wire]]


class OutOfTime(Exception):
    """Brokers have ended a transaction that was open for as long as they let one be, or another owner has."""


@dataclass(frozen=True, slots=True)
class Committed:
    """What a transaction has done, for metrics; times are seconds of the steady clock."""

    work: Work
    batch: Batch | None
    lagging: bool
    began: float
    decided: float
    ended: float


class Transactions:
    """The transactions of one partition during one lease."""

    def __init__(
        self,
        deployment: Deployment,
        source: PartitionSource,
        place: Workplace,
        opened: OpenPartition,
        deciding: Deciding,
    ) -> None:
        self._deployment = deployment
        self._source = source
        self._place = place
        self._opened = opened
        self._deciding = deciding
        self._group = GroupOffsets(opened.group)

    async def once(self) -> Committed | None:
        """Do one transaction with what is in hand and what is due; None when there was neither."""
        opened, steady = self._opened, self._deployment.clocks.steady
        began = steady()
        # 1. Contiguity: the intake has refused every run that does not begin where the one before it ended,
        #    and runs of another lease have not reached it.
        # 2. Decide: reads rows, writes nothing but a draft.
        decision = await self._deciding.decide()
        work, batch, decided = decision.work, decision.batch, steady()
        tell = self._group.due(opened.intake.positions(), began)
        if batch is None and not work.draft.rows and not tell:
            opened.table.take_dues(work.draft)
            opened.clock = decision.clock
            return None
        progress = self._progress(work, decision.clock)
        with nullcontext() if batch is None else blaming(batch):
            sends = self._sends(work, progress, tell=tell)
        with _in_time(steady, self._deployment.settings.transactions.timeout_ms / 1000):
            await self._commit(work, progress, sends, tell=tell)
        self._deciding.committed(decision)
        return Committed(work, batch, decision.lagging, began, decided, steady())

    @property
    def pressing(self) -> bool:
        """Whether another transaction is to follow at once, though no record waits."""
        return self._deciding.pressing

    @property
    def walks(self) -> bool:
        """Whether a walk through all customers is under way."""
        return self._deciding.walks

    async def settle(self) -> None:
        """Tell the group the last positions, if it trails: a worker that ends leaves no lag that is none."""
        opened = self._opened
        if self._group.trails(opened.intake.positions()):
            work = Work(opened.table.begin())
            progress = self._progress(work, opened.clock)
            await self._commit(work, progress, self._sends(work, progress, tell=True), tell=True)

    async def _commit(self, work: Work, progress: ProgressRow, sends: Wires, *, tell: bool) -> None:
        opened = self._opened
        # 3. Begin. All partitions are registered in one request before anything is produced: a produce request
        #    that overtakes its registration costs a back-off. Then send, and await every acknowledgement.
        await opened.producer.begin_transaction()
        for tp in sends:
            opened.producer._txn_manager.maybe_add_partition_to_txn(tp)
        ends = await send_all(opened.producer, sends)
        changelog = self._deployment.changelog(self._source.partition)
        position = ends[changelog]
        held = opened.table.position.next_offset if opened.table.position is not None else 0
        check_grown(changelog, held, position - len(sends[changelog]), position)
        # 4. Source offsets, if the group is to hear of them now (the rows carry them always); commit.
        if tell:
            offsets = self._offsets(progress)
            await opened.producer.send_offsets_to_transaction(offsets, self._deployment.settings.app_id)
        await opened.producer.commit_transaction()
        opened.ends |= {tp: end + 1 for tp, end in ends.items() if tp in opened.ends}  # behind its marker
        if tell:
            self._group.told(progress.offsets, self._deployment.clocks.steady())
        # 5. Only now the rows count as state: in memory at once, in RocksDB later, with their position.
        opened.table.apply(work.draft, Position(position, self._deployment.clocks.now()))
        opened.positions, opened.clock = progress.offsets, progress.clock
        opened.customers = Counter(progress.customers)
        opened.new = False

    def _progress(self, work: Work, clock: int) -> ProgressRow:
        customers = Counter(self._opened.customers)
        customers.update(work.tally.entered)
        left = {name: n for name, n in customers.items() if n}
        return ProgressRow(self._opened.intake.positions(), clock, left, LAYOUT)

    def _sends(self, work: Work, progress: ProgressRow, *, tell: bool) -> Wires:
        """Route what leaves: the rows to the changelog, after the identity that begins it, and the outputs."""
        partition, draft = self._source.partition, work.draft
        if self._opened.new:
            draft.rows = {IDENTITY: encode(self._deployment.identity(partition)), **draft.rows}
        no_headers: list[tuple[str, bytes]] = []
        rows: list[Wire] = [(key, value, no_headers, None) for key, value in draft.rows.items()]
        outputs: dict[str, list[Wire]] = {}
        for out in work.outgoing:
            outputs.setdefault(out.topic, []).append((out.key, out.value, out.headers, out.timestamp))
        routed = {self._place.route(topic, partition): wires for topic, wires in outputs.items()}
        written = {tp.topic: self._opened.ends.get(tp) for tp in routed} | ({GROUP: None} if tell else {})
        draft.rows[PROGRESS] = encode(progress)
        rows.append((PROGRESS, draft.rows[PROGRESS], tell_written(written), None))
        return {self._deployment.changelog(partition): rows} | routed

    def _offsets(self, progress: ProgressRow) -> dict[TopicPartition, int]:
        partition = self._source.partition
        return {TopicPartition(topic, partition): at for topic, at in progress.offsets.items()}


@contextmanager
def _in_time(steady: Callable[[], float], seconds: float) -> Iterator[None]:
    """Tell being fenced by another owner from having been open for too long: sooner, it can only be the former."""
    began = steady()
    try:
        yield
    except ProducerFenced as error:
        if steady() - began < seconds:
            raise
        raise OutOfTime from error
