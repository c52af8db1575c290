"""Loaded orders in, events per CPU-second out, with the proof that every transition is there once."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from schemas.topics import Topics
from tests.bench import workers
from tests.bench.broker import Broker, Offsets
from tests.bench.expectation import Transition
from tests.bench.processes import WorkerProcess

FROM, TO = 0.2, 0.9
LIMIT_S: Final = 240.0
QUIET_S: Final = 1.5
"""Time without a new transition after which a worker that has committed all orders has published all."""


class Sample(NamedTuple):
    """How far a worker had come, at what cost."""

    at: float
    cpu: float
    waited: float
    done: int


@dataclass(frozen=True, slots=True)
class Throughput:
    """What a run over the loaded orders has cost and told."""

    per_cpu_second: float
    per_second: float
    waited_share: float
    """Part of the time in which the worker could have run but other work had its core."""
    peak_memory: int
    published: int
    missing: int
    surplus: int

    @property
    def correct(self) -> bool:
        """Whether exactly the expected transitions have been published."""
        return not self.missing and not self.surplus


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker has to do: so many orders, and then exactly these transitions on that topic."""

    orders: int
    expected: "Counter[Transition]"
    transitions: str


def of_segue(
    broker: Broker, topics: Topics, job: Job, directory: Path, *, standings: bool, policy: Path = workers.POLICY
) -> Throughput:
    """Measure a Segue worker; progress is what its transactions have committed."""
    with workers.segue(broker, topics, directory, standings=standings, policy=policy) as worker:
        done, since = broker.progress(topics.app_id, topics.orders), broker.ends(job.transitions)
        return _measured(broker, worker, job, done, since)


def of_open_segue(broker: Broker, topics: Topics, job: Job, directory: Path, load: Callable[[], object]) -> Throughput:
    """Measure a worker that has opened all its partitions before `load` brings the orders, as it goes on doing."""
    with workers.segue(broker, topics, directory) as worker, ThreadPoolExecutor(1) as loader:
        workers.wait_until_open(worker)
        done, since = broker.progress(topics.app_id, topics.orders), broker.ends(job.transitions)
        loading = loader.submit(load)
        measured = _measured(broker, worker, job, done, since)
        loading.result()
        return measured


def of_plain_faust(broker: Broker, app_id: str, orders: str, job: Job, directory: Path) -> Throughput:
    """Measure a plain Faust worker; progress is its changelog, which gets one row for every order."""
    changelog = f"{app_id}-customers-changelog"
    with workers.plain_faust(broker, app_id, orders, job.transitions, directory) as worker:
        return _measured(broker, worker, job, lambda: broker.written(changelog), broker.ends(job.transitions))


def _measured(broker: Broker, worker: WorkerProcess, job: Job, done: Callable[[], int], since: Offsets) -> Throughput:
    """Wait until all has been worked, and say at what cost; what is published `since` counts."""
    samples = _sampled(worker, job.orders, done)
    peak = worker.peak_memory()
    _wait_until_quiet(broker, worker, job.transitions)
    published = broker.published(job.transitions, since)
    first = next(sample for sample in samples if sample.done >= FROM * job.orders)
    last = next(sample for sample in samples if sample.done >= TO * job.orders)
    worked = last.done - first.done
    return Throughput(
        worked / max(0.01, last.cpu - first.cpu),
        worked / max(0.001, last.at - first.at),
        (last.waited - first.waited) / max(0.001, last.at - first.at),
        peak,
        published.total(),
        (job.expected - published).total(),
        (published - job.expected).total(),
    )


def _sampled(worker: WorkerProcess, orders: int, done: Callable[[], int]) -> list[Sample]:
    """Sample progress and CPU together, until all orders are done."""
    samples: list[Sample] = []

    def finished() -> bool:
        progress = done()
        samples.append(Sample(time.monotonic(), worker.cpu_seconds(), worker.waited_seconds(), progress))
        return progress >= orders

    worker.wait(finished, LIMIT_S)
    return samples


def _wait_until_quiet(broker: Broker, worker: WorkerProcess, topic: str) -> None:
    """Let the moves that silence makes at the end come out."""
    end, since = -1, time.monotonic()

    def quiet() -> bool:
        nonlocal end, since
        now = broker.written(topic)
        if now != end:
            end, since = now, time.monotonic()
        return time.monotonic() - since > QUIET_S

    worker.wait(quiet, 60, every_s=0.2)
