"""A worker in, its CPU, its waiting and its memory over time out."""

import time
from bisect import bisect_left
from typing import NamedTuple

from tests.bench.processes import WorkerProcess


class Sample(NamedTuple):
    """What a worker has used up to a time of the wall clock."""

    at: float
    cpu: float
    waited: float


class Meter:
    """Samples one worker, as often as it is asked to."""

    def __init__(self, worker: WorkerProcess) -> None:
        self._worker = worker
        self._samples = [Sample(time.time(), 0.0, 0.0)]
        self.peak_tree = 0
        """The largest sum over the worker and its children that a sample has met, in bytes."""

    @property
    def started(self) -> float:
        """Give the time at which the worker was started, in seconds of the wall clock."""
        return self._samples[0].at

    def sample(self) -> None:
        """Take a sample."""
        cpu, waited = self._worker.cpu_seconds(), self._worker.waited_seconds()
        self._samples.append(Sample(time.time(), cpu, waited))
        self.peak_tree = max(self.peak_tree, self._worker.tree_memory())

    def at(self, when: float) -> Sample:
        """Give the use at a time, straight between the samples around it."""
        return between(self._samples, when)


def between(samples: list[Sample], when: float) -> Sample:
    """Interpolate; before the first sample and after the last one it is theirs."""
    i = bisect_left(samples, when, key=lambda sample: sample.at)
    if i == 0:
        return samples[0]
    if i == len(samples):
        return samples[-1]
    before, after = samples[i - 1], samples[i]
    share = (when - before.at) / (after.at - before.at)
    cpu = before.cpu + share * (after.cpu - before.cpu)
    return Sample(when, cpu, before.waited + share * (after.waited - before.waited))
