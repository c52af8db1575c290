"""One partition of a deployment at its cut in, everything that is to be said of its customers added to the account."""

import asyncio
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any, Final, NamedTuple

from aiokafka import AIOKafkaConsumer

from agents.decisions.in_force import InForce
from app.partitioner import partition_of
from app.spans import Span, batches
from app.verifying.account import Account
from app.verifying.checking import OF_BUDGETS, Bounds, Checker
from app.verifying.customer_log import CustomerLog
from app.verifying.cut import Cut
from app.verifying.entries import Entry, Output, Taken, Told
from app.verifying.lost_or_due import Candidate, State, judge
from app.verifying.meter import Meter
from app.verifying.recomputing import Recomputation
from schemas.decoding import decode
from schemas.rejections import Rejected
from schemas.topics import Feed, Topics

CHECKED_AT_ONCE: Final = 100  # customers; then the connections to the brokers have a turn


class Reached(NamedTuple):
    """A partition, and how far its worker has come."""

    cut: Cut
    inputs: dict[Feed, Span]
    """In the order in which inputs are merged; each ends where the worker stands."""
    until: int
    """The instant up to which its timers have come, epoch ms."""

    @property
    def offsets(self) -> int:
        """How much there is to read."""
        spans = (*self.inputs.values(), self.cut.transitions, self.cut.rewards)
        return sum(max(0, span.end - span.begin) for span in spans)


class PartitionCheck:
    """Reads one partition and checks its customers one by one."""

    def __init__(
        self, reached: Reached, topics: Topics, partitions: int, counts: dict[str, int], *, by_records: bool
    ) -> None:
        """`partitions`: how many tasks there are. `counts`: how many partitions each topic has. `by_records`: whether
        the workers' clock goes by the records.
        """
        self._reached = reached
        self._topics = topics
        self._partitions = partitions
        self._counts = counts
        self._by_records = by_records

    async def read(self, consumer: AIOKafkaConsumer, log: CustomerLog, meter: Meter) -> None:
        """Gather facts and records by customer."""
        for feed, span in self._reached.inputs.items():
            newest = 0
            async for records in batches(consumer, span):
                stamps = list(accumulate((record.timestamp for record in records), max, initial=newest))
                newest = stamps[-1]
                log.add(self._facts(records, stamps[1:], feed))
                meter.done(len(records))
        outputs: tuple[tuple[Output, Span], ...] = (
            ("transitions", self._reached.cut.transitions),
            ("rewards", self._reached.cut.rewards),
        )
        for output, span in outputs:
            async for records in batches(consumer, span):
                log.add(self._told(records, output))
                meter.done(len(records))

    async def check(
        self, log: CustomerLog, in_force: InForce, account: Account, meter: Meter, *, linked: bool
    ) -> dict[str, Candidate]:
        """Check every customer; gives those whose last moves are not published, which only the state explains."""
        cut, inputs = self._reached.cut, self._reached.inputs.values()
        whole = not any(span.begin for span in inputs)
        bounds = Bounds(whole, not cut.transitions.begin, not cut.rewards.begin, linked, self._by_records)
        checker = Checker(Recomputation(self._topics, in_force, self._reached.until), bounds)
        candidates: dict[str, Candidate] = {}
        for number, (customer_id, history) in enumerate(log.customers(), 1):
            verdict = checker.check(customer_id, history)
            account.transitions += verdict.transitions
            account.unchecked_rewards[OF_BUDGETS] += verdict.of_budgets
            if verdict.difference is not None:
                account.differs(customer_id, verdict.difference)
            elif verdict.unchecked is not None:
                account.unchecked[verdict.unchecked] += 1
            elif verdict.missing:
                candidates[customer_id] = Candidate(verdict.missing[0], verdict.last, verdict.as_of)
            else:
                account.is_right(exact=verdict.exact)
            if number % CHECKED_AT_ONCE == 0:
                meter.show("checking")
                await asyncio.sleep(0)
        return candidates

    async def explain(
        self, consumer: AIOKafkaConsumer, candidates: dict[str, Candidate], in_force: InForce, account: Account
    ) -> None:
        """Tell by the rows of the state who is only due."""
        state = State(candidates)
        async for records in batches(consumer, self._reached.cut.changelog):
            state.take(records)
        turns = in_force.turns
        place = bisect_right(turns, self._reached.until)
        lost = judge(candidates, state, turns[place - 1] if place else 0)
        for customer_id, candidate in candidates.items():
            if customer_id in lost:
                account.differs(customer_id, lost[customer_id])
            else:
                account.is_due(candidate.missing.effective_at)

    def _facts(self, records: Iterable[Any], stamps: Iterable[int], feed: Feed) -> Iterator[Entry]:
        partition = self._reached.cut.partition
        for record, stamp in zip(records, stamps, strict=True):
            fact = decode(record, feed)
            if not isinstance(fact, Rejected) and partition_of(record.key, self._partitions) == partition:
                yield Taken(stamp, int(fact.occurred_at) > record.timestamp, fact)

    def _told(self, records: Iterable[Any], output: Output) -> Iterator[Entry]:
        for record in records:
            key = record.key or b""
            if self._is_here(key, record.topic, record.partition):
                headers = {name: (value or b"").decode("utf-8", "replace") for name, value in record.headers}
                named = headers.get("ce_type", ""), headers.get("ce_id", "")
                yield Told(key.decode("utf-8", "replace"), output, *named, record.value or b"")

    def _is_here(self, key: bytes, topic: str, place: int) -> bool:
        """Take one's own customers, and of strangers those whom nobody else would look at."""
        home, own = partition_of(key, self._partitions), self._reached.cut.partition
        return home == own or (home % self._counts[topic] != place and own == place)
