"""A deployment at work in; its pace, its standstills, a worker's latency and memory out, looked at once a second."""

import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import linear_regression, median
from typing import Final

from confluent_kafka import KafkaException

from tests.faults.latency import Buckets, look, quantiles
from tests.kafka.shop import Shop
from tests.kafka.worker_process import WorkerProcess

LOOK_S: Final = 1.0
WARM: Final = 1 / 3
"""Share of the time in which memory still fills up with what is kept in it."""
EVENTS: Final = 10_000_000
MEBIBYTE: Final = 1024 * 1024


@dataclass
class Watch:
    """What is looked at once a second: positions, and the memory and the transactions of one worker."""

    shop: Shop
    worker: WorkerProcess
    worked: list[tuple[float, int]] = field(default_factory=list)
    """Seconds, and records that are worked."""
    memory: list[tuple[int, int]] = field(default_factory=list)
    """Records that are worked, and bytes."""
    transactions: list[Buckets] = field(default_factory=list)
    """How long those of the worker took."""

    def look(self) -> None:
        """A broker that is away is no reason to end."""
        with suppress(KafkaException):
            now, worked = time.monotonic(), self.shop.worked()
            self.worked.append((now, worked))
            self.memory.append((worked, _resident(self.worker.pid)))
        with suppress(OSError):  # it is frozen at times
            self.transactions.append(look(self.worker, LOOK_S))

    def standstills(self) -> list[float]:
        """Seconds without any commit that was seen, the longest last."""
        found, since = [0.0], self.worked[0]
        for at, worked in self.worked:
            if worked > since[1]:
                found.append(at - since[0])
                since = at, worked
        return sorted(found)

    def paces(self) -> list[float]:
        """Records a second in each third of the time: the median of what was seen from one look to the next."""
        seen = [(later - before) / (at - since) for (since, before), (at, later) in pairwise(self.worked)]
        third = len(seen) // 3
        return [median(seen[n * third : (n + 1) * third]) for n in range(3)]

    def latencies(self, share: float) -> list[float]:
        """Seconds that this share of the worker's transactions took at most, in each third of the looks at them."""
        third = (len(self.transactions) - 1) // 3
        return quantiles(share, [self.transactions[n * third] for n in range(4)])

    def told(self) -> str:
        """Say it in one line."""
        first, middle, last = self.paces()
        halves, most = (" / ".join(f"{s * 1000:.0f}" for s in self.latencies(share)) for share in (0.5, 0.95))
        return (
            f"nothing moved for {self.standstills()[-1]:.0f} s at the longest; by thirds of the time {first:.0f} / "
            f"{middle:.0f} / {last:.0f} records a second, of ann's transactions half took {halves} ms at most and "
            f"95 % {most} ms; memory of ann "
            f"{self.memory[0][1] / MEBIBYTE:.0f} to {self.memory[-1][1] / MEBIBYTE:.0f} MiB, after the warm-up "
            f"{self.slope():+.0f} MiB per 10 M records"
        )

    def slope(self) -> float:
        """MiB per ten million records, after the warm-up; all workers' records count as they share them."""
        late = self.memory[int(len(self.memory) * WARM) :]
        return linear_regression(*zip(*late, strict=True)).slope * EVENTS / MEBIBYTE


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Look once a second, in a thread of its own."""
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(LOOK_S):
            watch.look()

    looking = threading.Thread(target=look, name="watch")
    looking.start()
    try:
        yield
    finally:
        stop.set()
        looking.join()


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()
