"""Seeds in, their runs out: one after another in one process, on disks in memory that all of them share."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import structlog

from tests.builders import new_directory
from tests.simulation.disks import Disks
from tests.simulation.worker import Parts
from tests.simulation.world import Told, World


@contextmanager
def quiet() -> Iterator[None]:
    """Leave out what workers log: a run is told by the simulation."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)


@contextmanager
def new_disks() -> Iterator[Disks]:
    """Give disks for runs, as many as come."""
    with new_directory() as directory:
        disks = Disks(directory)
        try:
            yield disks
        finally:
            disks.close()


@contextmanager
def one_worker() -> Iterator[World]:
    """Give a world of one partition, and a worker in it that does nothing by itself."""
    with quiet(), new_disks() as disks:
        made = World(0, disks)
        made.partitions = 1
        made.start("worker-0")
        yield made
        made._end()


def run_all(
    seeds: Iterable[int],
    parts: type[Parts] = Parts,
    hear: Callable[[str], object] = lambda line: None,
    world: type[World] = World,
) -> Iterator[Told]:
    """Run every seed; `hear` is told at once what happens."""
    with quiet(), new_disks() as disks:
        for seed in seeds:
            yield world(seed, disks, parts, hear).run()


def failure(told: Told) -> str:
    """Say what went wrong, and how to see it again."""
    shown = "\n  ".join(told.violations[:8])
    return f"seed {told.seed}:\n  {shown}\nagain: python -m tests.simulation --seed {told.seed}"
