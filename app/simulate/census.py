"""What customers hold as it changes in, in no order of time; the cut points of every freeze up to an instant out.

Of a customer only what she holds at the instants of freezes matters. Changes are brought to those instants and go to
a temporary file in stretches of ERA freezes; one stretch at a time is read back and applied to arrays with a place for
every customer. So memory is bounded by the number of customers, and by the changes within one stretch.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

import numpy as np

from agents.decisions.holdings import Holding
from app.runtime.errors import SegueError
from app.simulate.population import Frozen, Population, Rows
from app.simulate.spool import Spool
from schemas.cut_points import CutPoints
from schemas.policy import Policy

ERA: Final = 32
COLUMNS: Final = 5  # of Rows
LIMIT: Final = 1_000_000  # changes that are held before they go to the file
MOST_FREEZES: Final = 1_000_000


class Census:
    """Takes customers one by one, then gives their cut points once."""

    def __init__(self, policy: Policy, until: int, spool: Spool, limit: int = LIMIT) -> None:
        self._policy = policy
        self._until = until
        self._every = policy.refresh.every_ms
        self._spool = spool
        self._limit = limit
        self._changes = array("q")
        self._lengths: list[int] = []
        self._customers = 0

    def add(self, holdings: Sequence[Holding]) -> None:
        """Take the changes of one customer, ascending; several at one instant count as the last."""
        try:
            self._changes.extend(chain.from_iterable(holdings))
        except OverflowError as error:
            raise SegueError("a customer has spent over 2^63 minor units: no cut points can be told") from error
        self._lengths.append(len(holdings))
        if len(self._changes) > self._limit * len(Holding._fields):
            self._spill()

    def freeze(self, *, at_the_end: bool) -> tuple[list[CutPoints], Frozen | None]:
        """Freeze at every multiple of the refresh at which there are enough customers, up to the end.

        `at_the_end`: also at the very end, as long as there is any customer.
        """
        self._spill()
        versions, people = list[CutPoints](), Population(self._policy, self._customers)
        refresh = self._policy.refresh
        frozen: Frozen | None = None
        for step, rows in self._steps():
            if rows is not None:
                people.apply(rows)
            if rows is not None or people.grows_old:
                frozen = None
            at = step * self._every
            if at > self._until:
                break
            if people.count >= max(1, refresh.min_customers):
                frozen = frozen or people.freeze(at)
                versions.append(CutPoints(len(versions) + 1, at, at + refresh.apply_after_ms, *frozen))
        self._spool.close()
        return versions, people.freeze(self._until) if at_the_end and people.count else None

    def _spill(self) -> None:
        """Bring what is held to the instants of freezes, and write it."""
        changes = np.frombuffer(self._changes, np.int64).reshape(-1, len(Holding._fields))
        numbers = np.repeat(np.arange(len(self._lengths)) + self._customers, self._lengths)
        steps = -(-changes[:, 0] // self._every)
        last = np.ones(len(steps), bool)  # of a customer before a freeze
        last[:-1] = (numbers[1:] != numbers[:-1]) | (steps[1:] != steps[:-1])
        rows = np.column_stack((steps, numbers, changes[:, 1:]))[last]
        rows = rows[np.argsort(rows[:, 0], kind="stable")]
        for part in np.split(rows, np.flatnonzero(np.diff(rows[:, 0] // ERA)) + 1):
            if part.size:
                self._spool.add(int(part[0, 0]) // ERA, part.tobytes())
        self._customers += len(self._lengths)
        self._changes = array("q")
        self._lengths.clear()

    def _steps(self) -> Iterator[tuple[int, Rows | None]]:
        """Give every freeze from the first change to the last, and what has changed since the one before."""
        reached: int | None = None
        for era in self._spool.numbers():
            rows = np.concatenate([np.frombuffer(frame, np.int64) for frame in self._spool.frames(era)])
            rows = rows.reshape(-1, COLUMNS)
            rows = rows[np.argsort(rows[:, 0], kind="stable")]
            for part in np.split(rows, np.flatnonzero(np.diff(rows[:, 0])) + 1):
                step = int(part[0, 0])
                if reached is None:
                    self._refuse_too_many(step)
                yield from ((quiet, None) for quiet in range(step if reached is None else reached + 1, step))
                yield step, part
                reached = step
        if reached is not None:
            yield from ((quiet, None) for quiet in range(reached + 1, self._until // self._every + 1))

    def _refuse_too_many(self, first: int) -> None:
        number = self._until // self._every - first
        if number > MOST_FREEZES:
            raise SegueError(f"cut points would be frozen {number:,} times; give the policy a longer refresh")
