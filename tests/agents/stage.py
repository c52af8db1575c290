"""One partition without Kafka: what a task does with records, time, write-backs, crashes and lost disks."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson
from rocksdict import Rdict

from agents.decisions.frozen import Held
from agents.decisions.in_force import InForce
from agents.freezing import Freeze
from agents.outgoing import Outgoing
from agents.partition_work import Assignment, PartitionWork
from agents.walking import walk_freeze, walk_sweep
from agents.work import Tally, Work
from schemas.customer_row import CustomerRow
from schemas.policy import Policy
from schemas.rows import FreezeRow, SweepRow
from tables.customer_codec import decode_customer
from tables.keys import CUSTOMER
from tables.partition_table import PartitionTable
from tables.position import Position
from tables.restoring import put_restored
from tests.builders import MEMORY, SEED, TOMBSTONES, TOPICS, Rec, record
from tests.oracle.compare import Record
from tests.oracle.orders import Event

DETECTED_AT = 1_300_000_000_000


class Stage:
    """Partition 0 of everything; all customers live here unless told otherwise."""

    def __init__(
        self, path: Path, policy: Policy = SEED, *, standings: bool = False, scores: bool = False, home: int = 0
    ) -> None:
        """`standings`, `scores`: whether the standing of every customer and changes of score are published."""
        self._path = path
        self._db: Rdict = MEMORY.open(path)
        self.table = PartitionTable(self._db)
        here = Assignment(0, lambda _: home, TOMBSTONES)
        self._work = PartitionWork(here, policy, TOPICS, standings=standings, scores=scores)
        self._changelog: list[tuple[bytes, bytes | None]] = []
        self.clock = 0
        self.outgoing: list[Outgoing] = []
        self.tallies: list[Tally] = []
        self.frozen: list[Held] = []
        self._frozen: FreezeRow | None = None
        self._swept: SweepRow | None = None

    def absorb(self, events: Iterable[Event]) -> None:
        """Decide a slice of events in a transaction of its own."""
        self.absorb_records([record(event) for event in events])

    def absorb_records(self, records: Sequence[Rec]) -> None:
        work = self._begin(self.clock)
        self._work.absorb(work, records)
        self._commit(work)

    def obey(self, in_force: InForce) -> None:
        """Decide by these policies and cut points from now on."""
        self._work.obey(in_force)

    def begin_freeze(self, at: int) -> None:
        """Begin to take down what all hold at an instant; `walk` goes on."""
        self.flush()
        self._frozen = FreezeRow(at, at)

    def begin_sweep(self, at: int) -> None:
        """Begin to judge all anew at an instant; `walk` goes on."""
        self.flush()
        self._swept = SweepRow(at)

    def walk(self, limit: int) -> bool:
        """Look at some customers for what is under way; True when that was the last of them."""
        work = self._begin(self.clock)
        if work.freeze is not None:
            walk_freeze(self._work, work, work.freeze, limit)
        if self._swept is not None:
            self._swept = walk_sweep(self._work, work, self._swept, limit)
        self._commit(work)
        if self._swept is not None and self._swept.done:
            self._swept = None
        return self._frozen is None and self._swept is None

    def _begin(self, clock: int) -> Work:
        freeze = Freeze(self._frozen, self._work.in_force.policy_at(self._frozen.at)) if self._frozen else None
        work = Work(self.table.begin(), clock, DETECTED_AT)
        work.freeze = freeze
        return work

    def pass_time(self, until: int, limit: int = 1_000) -> None:
        """Let everything happen that is due, `limit` customers a transaction."""
        for _ in range(1_000):
            due = self.table.due.take(until, limit)
            if not due:
                return
            work = self._begin(until)
            self._work.pass_time(work, due, until)
            self._commit(work)
        raise AssertionError("dues never end")

    def _commit(self, work: Work) -> None:
        if work.freeze is not None:
            self.frozen += work.freeze.held
            self._frozen = None if work.freeze.row.done else work.freeze.row
        if not work.draft.rows:
            self.table.take_dues(work.draft)
        else:
            self._changelog += work.draft.rows.items()
            self.table.apply(work.draft, Position(len(self._changelog), 0))
        self.outgoing += work.outgoing
        self.tallies.append(work.tally)

    def flush(self) -> None:
        self.table.flush()

    def crash(self, *, lose_disk: bool = False) -> None:
        """Lose memory, or all; restore what is missing from the changelog."""
        self.close()
        if lose_disk:
            shutil.rmtree(self._path)
        self._db = MEMORY.open(self._path)
        restored = PartitionTable(self._db).position
        lost = dict(self._changelog[restored.next_offset if restored else 0 :])
        if self._changelog:
            put_restored(self._db, lost, Position(len(self._changelog), 0))
        self.table = PartitionTable(self._db)

    def close(self) -> None:
        self._db.close()

    def row(self, customer: str) -> CustomerRow:
        stored = self.table.get(CUSTOMER + customer.encode())
        return decode_customer(stored) if stored is not None else CustomerRow()

    def published(self) -> list[Record]:
        """All that left for the topic of transitions as (ce_type, payload), for the oracle to compare."""
        sent = [out for out in self.outgoing if out.topic == TOPICS.transitions]
        return [(dict(out.headers)["ce_type"].decode(), payload(out)) for out in sent]


def payload(out: Outgoing) -> dict[str, Any]:
    assert out.value is not None
    value: dict[str, Any] = orjson.loads(out.value)
    return value
