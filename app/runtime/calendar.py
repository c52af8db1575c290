"""What the calendar asks of a partition: freezes to begin, cut points to wait for, turns to walk its customers through.

All of it is in the rows of the partition, written by the transaction that does it: whoever opens it next goes on there.
What is kept here runs ahead of a transaction that is under way; one that fails ends the lease, and all this with it.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Collection
from typing import Final, TypeVar

from agents.decisions.frozen import next_freeze, waits_for_cut_points
from agents.freezing import Freeze
from agents.partition_work import PartitionWork
from agents.walking import walk_freeze, walk_sweep
from agents.work import Work
from app.runtime.deployment import Deployment
from app.runtime.opening import OpenPartition
from schemas.policy import Policy
from schemas.rows import FreezeRow, SweepRow
from tables.codec import decode_freeze, decode_sweep, encode
from tables.keys import FREEZE, SWEEP
from tables.partition_table import PartitionTable

Row = TypeVar("Row")

PIECE: Final = 250
"""Customers looked at between two turns of the event loop: so long a transaction of orders waits behind them."""
MOVED: Final = 10
"""After so many of them were moved it is time too: with what is sent of her, each costs as much as twenty others."""


class Calendar:
    """Keeps one partition in step during one lease."""

    def __init__(
        self,
        deployment: Deployment,
        opened: OpenPartition,
        partition: int,
        work: PartitionWork,
        may_walk: Callable[[int], int],
    ) -> None:
        """`may_walk`: how many pieces of a walk fit a transaction of so many orders, asked while one is under way."""
        self._deployment = deployment
        self._opened = opened
        self._partition = partition
        self._work = work
        self._may_walk = may_walk
        table = opened.table
        self._freeze = _read(table, FREEZE, decode_freeze)
        self._sweep = _read(table, SWEEP, decode_sweep)
        self._written = (self._freeze, self._sweep)
        self._scattered = False
        """Whether a walk has begun and some of its customers may be in memory only."""
        self.pressing = False
        """Whether there is more to do at once, though no record waits and nobody is due."""

    async def begin(self, work: Work, now: int, lagging: Collection[str]) -> None:
        """Begin the freeze and the sweep that the clock has come to, or go on with those under way.

        A walk looks at the customers that the database knows: before its first step, all go there. That waits for
        the task's turn: all tasks come to an instant together, and orders would wait for all their rows.
        """
        at, freeze = self._next(now, lagging), self._freeze
        if at is not None and self._opened.clock >= at and not _walks(freeze):
            freeze = self._freeze = FreezeRow(at, freeze.first if freeze is not None else at)
            self._scattered = True
        if freeze is not None and not freeze.done:
            work.freeze = Freeze(freeze, self._policy(freeze.at))
        turn = self._turn()
        if not _walks(self._sweep) and turn > (self._sweep.at if self._sweep is not None else 0):
            self._sweep = SweepRow(turn)
            self._scattered = True
        if self._scattered and self._may_walk(0):
            await self._write_back()
            self._scattered = False

    def bound(self, now: int, lagging: Collection[str]) -> int | None:
        """Give the last instant up to which records are decided and the clock goes, for now; None = there is none."""
        settings, view = self._deployment.settings, self._deployment.rules.view
        freeze, bounds = self._freeze, [self._next(now, lagging)]
        if settings.clock == "wall":
            bounds.append(view.known_until)
        elif freeze is not None:
            refresh = self._policy(freeze.at).refresh
            known = (freeze.first, freeze.at, view.decided)
            bounds.append(waits_for_cut_points(refresh.every_ms, refresh.apply_after_ms, *known))
        return min((bound for bound in bounds if bound is not None), default=None)

    @property
    def walks(self) -> bool:
        """Whether a walk is under way."""
        return _walks(self._freeze) or _walks(self._sweep)

    async def walk(self, work: Work, clock: int, now: int, lagging: Collection[str], orders: int) -> None:
        """Look at some customers for the freeze and the sweep under way, beside so many orders."""
        freeze = work.freeze
        for _ in range(self._may_walk(orders) if self.walks and not self._scattered else 0):
            if not self._step(work):
                break
            await asyncio.sleep(0)
        if freeze is not None:
            chunk = freeze.publish(self._deployment.settings.topics.freezes, self._partition)
            if chunk is not None:
                work.outgoing.append(chunk)
            self._freeze = freeze.row
        self._write(work)
        at = self._next(now, lagging)
        self.pressing = at is not None and clock >= at and not _walks(self._freeze)

    def _write(self, work: Work) -> None:
        """Write how far the walks have come, from their begin on: the clock goes past their instants with it."""
        freeze, sweep = self._written
        if self._freeze != freeze:
            work.draft.rows[FREEZE] = encode(self._freeze)
        if self._sweep != sweep:
            work.draft.rows[SWEEP] = encode(self._sweep)
        self._written = (self._freeze, self._sweep)

    def _step(self, work: Work) -> bool:
        """Look at a piece of the customers; False when there was nobody left to look at."""
        freeze, sweep = work.freeze, self._sweep
        freezing = freeze is not None and not freeze.row.done
        if freeze is not None and freezing:
            walk_freeze(self._work, work, freeze, PIECE)
        sweeping = sweep is not None and not sweep.done
        if sweep is not None and sweeping:
            self._sweep = walk_sweep(self._work, work, sweep, PIECE, MOVED)
        return freezing or sweeping

    def _next(self, now: int, lagging: Collection[str]) -> int | None:
        opened, freeze = self._opened, self._freeze
        front = opened.intake.front(lagging)
        policy = self._policy(max(opened.clock, front or 0))
        if not policy.has_quantiles:
            return None
        every = policy.refresh.every_ms
        newest = now // every * every if self._deployment.settings.clock == "wall" else 0
        return next_freeze(every, opened.clock, freeze.at if freeze is not None else None, front, newest)

    def _turn(self) -> int:
        """Give the newest instant, as far as timers have come, at which something came into force; 0 = none."""
        turns, until = self._work.in_force.turns, self._opened.clock
        place = bisect_right(turns, until - self._policy(until).grace_ms)
        return turns[place - 1] if place else 0

    def _policy(self, at: int) -> Policy:
        return self._work.in_force.policy_at(at)

    async def _write_back(self) -> None:
        for _ in self._opened.table.write_back():
            await asyncio.sleep(0)


def _walks(row: FreezeRow | SweepRow | None) -> bool:
    return row is not None and not row.done


def _read(table: PartitionTable, key: bytes, decode: Callable[[bytes], Row]) -> Row | None:
    stored = table.get(key)
    return decode(stored) if stored is not None else None
