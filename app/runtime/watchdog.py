"""Partition tasks in, the end of the worker out when one of them stands still: seen from a thread of its own.

What hangs may be the event loop of all tasks, so nothing here runs in it. The consumer lives in another thread, which
goes on telling the group that all is well: without a watchdog the partitions of such a worker would wait for ever.
"""

import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

import structlog
from prometheus_client import Gauge

from app.runtime.ending import EXIT_STALLED, end_worker
from app.runtime.errors import SegueError
from app.runtime.stalling import Sight, Standstill, is_stalled, look

log = structlog.get_logger("segue.watchdog")

LOOKS: Final = 10
"""Looks in the time after which a standstill is a stall."""
SHORTEST_S: Final = 0.5
PAUSE: Final = 3
"""So many times later than intended, a look says nothing about the time before it."""
ANSWER_S: Final = 10.0
"""Brokers that have not answered after this long count as unreachable."""
FRAMES: Final = 5


class WorkerStalled(SegueError):
    """A partition that has committed nothing for too long, while its lag grew."""


class Inputs(Protocol):
    """What the watchdog asks of a partition's inputs."""

    partition: int

    def ends(self, seconds: float) -> dict[str, int] | None: ...


class Watched(Protocol):
    """What the watchdog asks of a partition task."""

    @property
    def source(self) -> Inputs: ...
    @property
    def standing(self) -> tuple[Mapping[str, int], int]: ...
    @property
    def trouble(self) -> str: ...


class Gauges(Protocol):
    """What the watchdog reads and shows."""

    @property
    def standstill(self) -> Gauge: ...
    def to_restore(self) -> dict[str, float]: ...


class Watchdog:
    """Remembers since when each task stands still."""

    def __init__(
        self,
        seconds: float,
        tasks: Callable[[], Sequence[Watched]],
        metrics: Gauges,
        end: Callable[[WorkerStalled, int], None] = end_worker,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._tasks = tasks
        self._metrics = metrics
        self._end = end
        self._steady = steady
        self._every = max(SHORTEST_S, seconds / LOOKS)
        self._looked = steady()
        self._standing: dict[Watched, Standstill] = {}

    def start(self) -> None:
        """Look, as long as the process lives."""
        threading.Thread(target=self._watch, name="segue-watchdog", daemon=True).start()

    def check(self) -> None:
        """Look at every task once, and end the worker if one is stalled."""
        if self._steady() - self._looked > PAUSE * self._every:
            self._standing = {}  # the whole process was stopped: nothing could move
        restoring, answered = self._metrics.to_restore(), True
        standing: dict[Watched, Standstill] = {}
        for task in self._tasks():
            committed, waits = task.standing
            ends = task.source.ends(ANSWER_S) if answered else None
            answered = ends is not None  # whoever has not answered about one partition is not asked about the next
            partition = str(task.source.partition)
            seen, now = Sight(committed, ends, restoring.get(partition, 0), waits), self._steady()
            standing[task] = look(self._standing.get(task), seen, now)
            self._metrics.standstill.labels(partition).set(now - standing[task].since)
            if is_stalled(standing[task], seen, now, self._seconds):
                self._give_up(task, seen)
        self._standing, self._looked = standing, self._steady()

    def _watch(self) -> None:
        while True:
            time.sleep(self._every)
            try:
                self.check()
            except Exception:
                # A look in the middle of a rebalance may find half of everything; the next one is soon.
                log.exception("the watchdog could not look")

    def _give_up(self, task: Watched, seen: Sight) -> None:
        log.critical("a partition is stalled", partition=task.source.partition, at=_whereabouts())
        self._end(
            WorkerStalled(
                f"partition {task.source.partition}: nothing has been committed for {self._seconds:g} s, and "
                f"{seen.lag:,} records wait. {_advice(task.trouble)} SEGUE_STALL_SECONDS says how long to wait."
            ),
            EXIT_STALLED,
        )


def _advice(trouble: str) -> str:
    again = "Operator action: start the worker again, nothing is lost by that; if it comes back,"
    if trouble:
        return f"It opened again and again, last because of: {trouble}. {again} do as the runbook says for that reason."
    return f"{again} look at disk and CPU of this machine and tell us, with the log lines before this one."


def _whereabouts() -> list[str]:
    """Say where the main thread is: files and lines, innermost last, and nothing that it works on."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    frames = traceback.extract_stack(frame)[-FRAMES:] if frame is not None else []
    return [f"{Path(one.filename).name}:{one.lineno}" for one in frames]
