"""Requests in, the simulated log and its transaction coordinator out: epochs, fencing, markers in any order."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from hashlib import blake2b
from random import Random

from aiokafka import TopicPartition
from aiokafka.errors import InvalidTxnState, ProducerFenced

from tests.simulation.log import Log, Transaction, Written

START_MS = 1_291_191_960_000


@dataclass(eq=False, slots=True)
class Ongoing(Transaction):
    """A transaction as its coordinator knows it."""

    logs: list[Log] = field(default_factory=list)
    offsets: dict[TopicPartition, int] = field(default_factory=dict)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when all its markers stand."""


@dataclass(slots=True)
class Registration:
    """A transactional id."""

    epoch: int = 0
    transaction: Ongoing | None = None
    """The newest."""


class Broker:
    """Everything acts at once, as a request arrives, except markers."""

    def __init__(self, loop: asyncio.AbstractEventLoop, chance: Random, around: Context) -> None:
        """`around`: the context of what belongs to no process."""
        self._loop, self._chance, self._around = loop, chance, around
        self.logs: dict[TopicPartition, Log] = {}
        self.offsets: dict[TopicPartition, int] = {}
        """Of the one group."""
        self._producers: dict[str, Registration] = defaultdict(Registration)
        self.leaderless = False
        """Whether partitions have no leader: markers of an abort are left out, as if there were no such partitions."""

    def now(self) -> int:
        """Give the true instant, epoch ms."""
        return START_MS + int(self._loop.time() * 1000)

    def log(self, tp: TopicPartition) -> Log:
        """Give a partition, which may be new."""
        if tp not in self.logs:
            self.logs[tp] = Log(tp.topic, tp.partition)
        return self.logs[tp]

    def digest(self) -> str:
        """Sum up every byte in every log."""
        spelled = repr([[entry and entry[:7] for entry in log.entries] for _, log in sorted(self.logs.items())])
        return blake2b(spelled.encode(), digest_size=8).hexdigest()

    def init(self, producer: str) -> tuple[int, Ongoing | None]:
        """Fence whoever had the id, and abort what it left open; gives the epoch and what must be settled first."""
        known = self._producers[producer]
        known.epoch += 1
        left = known.transaction
        if left is not None and left.outcome == "open":
            self._end(left, commit=False)
        return known.epoch, left

    def unsettled(self, producer: str) -> Ongoing | None:
        """Give the newest transaction, if its markers are still under way."""
        newest = self._producers[producer].transaction
        return newest if newest is not None and newest.outcome != "open" and not newest.settled.is_set() else None

    def register(self, producer: str, epoch: int, tps: list[TopicPartition], timeout: float) -> None:
        """Let partitions take part in the transaction, which this may begin; it has `timeout` seconds."""
        known = self._known(producer, epoch)
        if known.transaction is None or known.transaction.outcome != "open":
            known.transaction = Ongoing(producer)
            self._loop.call_later(timeout, self._expire, known, known.transaction, context=self._around)
        logs = known.transaction.logs
        logs += [log for log in map(self.log, tps) if log not in logs]

    def produce(self, producer: str, epoch: int, tp: TopicPartition, records: list[Written]) -> int:
        """Write a batch; gives its first offset."""
        transaction = self._open(producer, epoch)
        log = self.log(tp)
        if log not in transaction.logs:
            raise InvalidTxnState
        return log.append(records, self.now(), transaction)

    def add_offsets(self, producer: str, epoch: int, offsets: Mapping[TopicPartition, int]) -> None:
        """Let the group hear of offsets when the transaction commits."""
        self._open(producer, epoch).offsets.update(offsets)

    def commit(self, producer: str, epoch: int) -> None:
        """Decide that a transaction has taken place."""
        self._end(self._open(producer, epoch), commit=True)

    def abort(self, producer: str, epoch: int) -> None:
        """Decide that a transaction has not taken place."""
        self._end(self._open(producer, epoch), commit=False)

    def end_hanging(self) -> None:
        """Abort what hangs, as an operator does who has found that nobody has seen it."""
        for log in self.logs.values():
            log.end_hanging(Transaction("operator", "aborted"))

    def _known(self, producer: str, epoch: int) -> Registration:
        known = self._producers[producer]
        if known.epoch != epoch:
            raise ProducerFenced
        return known

    def _open(self, producer: str, epoch: int) -> Ongoing:
        transaction = self._known(producer, epoch).transaction
        if transaction is None or transaction.outcome != "open":
            raise InvalidTxnState
        return transaction

    def _expire(self, known: Registration, transaction: Ongoing) -> None:
        if transaction.outcome == "open":
            known.epoch += 1
            self._end(transaction, commit=False)

    def _end(self, transaction: Ongoing, *, commit: bool) -> None:
        if self.leaderless and not commit:
            transaction.outcome = "hanging"
            transaction.settled.set()
            return
        transaction.outcome = "committed" if commit else "aborted"
        marks: list[Callable[[], None]] = [lambda log=log: log.mark(transaction) for log in transaction.logs]  # type: ignore[misc]  # a default binds the loop's variable
        if commit and transaction.offsets:
            marks.append(lambda: self.offsets.update(transaction.offsets))
        missing = len(marks)

        def one(mark: Callable[[], None]) -> None:
            nonlocal missing
            mark()
            missing -= 1
            if not missing:
                transaction.settled.set()

        for mark in marks:
            slow = self._chance.random() < 0.05
            delay = self._chance.uniform(0.0005, 0.2 if slow else 0.004)
            self._loop.call_later(delay, one, mark, context=self._around)
        if not marks:
            transaction.settled.set()
