"""A deployment at work in; its pace, its standstills and how a worker's memory grows out, looked at once a second."""

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

from tests.kafka.shop import Shop

LOOK_S: Final = 1.0
WARM: Final = 1 / 3
"""Share of the time in which memory still fills up with what is kept in it."""
EVENTS: Final = 10_000_000
MEBIBYTE: Final = 1024 * 1024


@dataclass
class Watch:
    """What is looked at once a second: positions, and the memory of `ann`."""

    shop: Shop
    pid: int
    worked: list[tuple[float, int]] = field(default_factory=list)
    """Seconds, and records that are worked."""
    memory: list[tuple[int, int]] = field(default_factory=list)
    """Records that are worked, and bytes."""

    def look(self) -> None:
        """A broker that is away is no reason to end."""
        with suppress(KafkaException):
            now, worked = time.monotonic(), self.shop.worked()
            self.worked.append((now, worked))
            self.memory.append((worked, _resident(self.pid)))

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

    def told(self) -> str:
        """Say it in one line."""
        first, _, last = self.paces()
        return (
            f"nothing moved for {self.standstills()[-1]:.0f} s at the longest; {first:.0f} records a second in the "
            f"first third, {last:.0f} in the last; memory of ann "
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
