"""What the calendar asks of a partition: freezes to begin, cut points to wait for, turns to walk its customers through.

All of it is in the rows of the partition, written by the transaction that does it: whoever opens it next goes on there.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Collection
from typing import Final

from agents.decisions.frozen import next_freeze, waits_for_cut_points
from agents.freezing import Freeze
from agents.partition_work import PartitionWork
from agents.walking import walk_freeze, walk_sweep
from agents.work import Work
from app.runtime.opening import Deployment, OpenPartition
from schemas.policy import Policy
from schemas.rows import FreezeRow, SweepRow
from tables.codec import decode_freeze, decode_sweep, encode
from tables.keys import FREEZE, SWEEP

PIECES: Final = 8
"""In one transaction."""
PIECE: Final = 125
"""Customers looked at between two turns of the event loop: so long a transaction of orders waits behind them."""


class Calendar:
    """Keeps one partition in step during one lease."""

    def __init__(self, deployment: Deployment, opened: OpenPartition, partition: int, work: PartitionWork) -> None:
        self._deployment = deployment
        self._opened = opened
        self._partition = partition
        self._work = work
        self._sweep: SweepRow | None = None
        self.pressing = False
        """Whether there is more to do at once, though no record waits and nobody is due."""

    async def begin(self, work: Work, now: int, lagging: Collection[str]) -> None:
        """Begin the freeze and the sweep that the clock has come to, or go on with those under way.

        A walk looks at the customers that the database knows: before it begins, all go there.
        """
        freeze, sweep = self._frozen(), self._swept()
        at = self._next(freeze, now, lagging)
        if freeze is not None and not freeze.done:
            work.freeze = Freeze(freeze, self._policy(freeze.at))
        elif at is not None and self._opened.clock >= at:
            await self._write_back()
            work.freeze = Freeze(FreezeRow(at, freeze.first if freeze is not None else at), self._policy(at))
        self._sweep = sweep if sweep is not None and not sweep.done else None
        turn = self._turn()
        if self._sweep is None and turn > (sweep.at if sweep is not None else 0):
            await self._write_back()
            self._sweep = SweepRow(turn)

    def bound(self, work: Work, now: int, lagging: Collection[str]) -> int | None:
        """Give the last instant up to which records are decided and the clock goes, for now; None = there is none."""
        settings, view = self._deployment.settings, self._deployment.rules.view
        freeze = work.freeze.row if work.freeze is not None else self._frozen()
        bounds = [self._next(freeze, now, lagging)]
        if settings.clock == "wall":
            bounds.append(view.known_until)
        elif freeze is not None:
            refresh = self._policy(freeze.at).refresh
            known = (freeze.first, freeze.at, view.decided)
            bounds.append(waits_for_cut_points(refresh.every_ms, refresh.apply_after_ms, *known))
        return min((bound for bound in bounds if bound is not None), default=None)

    async def walk(self, work: Work, clock: int, now: int, lagging: Collection[str]) -> None:
        """Look at some customers for the freeze and the sweep under way."""
        freeze = work.freeze
        for _ in range(PIECES):
            if not self._step(work):
                break
            await asyncio.sleep(0)
        if freeze is not None:
            chunk = freeze.publish(self._deployment.settings.topics.freezes, self._partition)
            if chunk is not None:
                work.outgoing.append(chunk)
            work.draft.rows[FREEZE] = encode(freeze.row)
        if self._sweep is not None:
            work.draft.rows[SWEEP] = encode(self._sweep)
        after = freeze.row if freeze is not None else self._frozen()
        at = self._next(after, now, lagging)
        walking = (after is not None and not after.done) or (self._sweep is not None and not self._sweep.done)
        self.pressing = walking or (at is not None and clock >= at)

    def _step(self, work: Work) -> bool:
        """Look at a piece of the customers; False when there was nobody left to look at."""
        freeze, sweep = work.freeze, self._sweep
        freezing = freeze is not None and not freeze.row.done
        if freeze is not None and freezing:
            walk_freeze(self._work, work, freeze, PIECE)
        sweeping = sweep is not None and not sweep.done
        if sweep is not None and sweeping:
            self._sweep = walk_sweep(self._work, work, sweep, PIECE)
        return freezing or sweeping

    def _next(self, freeze: FreezeRow | None, now: int, lagging: Collection[str]) -> int | None:
        opened = self._opened
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

    def _frozen(self) -> FreezeRow | None:
        stored = self._opened.table.get(FREEZE)
        return decode_freeze(stored) if stored is not None else None

    def _swept(self) -> SweepRow | None:
        stored = self._opened.table.get(SWEEP)
        return decode_sweep(stored) if stored is not None else None

    async def _write_back(self) -> None:
        for _ in self._opened.table.write_back():
            await asyncio.sleep(0)
