"""Partitions that may hold little: however much of one input waits in hand, those that it waits for are read on."""

from collections.abc import Collection

import pytest

from app.settings import TransactionSettings
from tests.simulation.running import failure, run_all
from tests.simulation.source import SimulatedSource
from tests.simulation.worker import SETTINGS, Parts

pytestmark = pytest.mark.simulation
SEEDS = range(60)


class ShallowSource(SimulatedSource):
    """A few fetches are too much for it."""

    high_water, low_water = 12, 6


class Shallow(Parts):
    """Pauses its inputs again and again."""

    source = ShallowSource
    settings = SETTINGS.model_copy(update={"transactions": TransactionSettings(timeout_ms=1_000, records=5)})


class AllOrNothingSource(ShallowSource):
    """Pauses all inputs together, and goes on with all or with none."""

    def pause(self, topics: Collection[str]) -> None:
        super().pause(self.topics)

    def resume(self, topics: Collection[str]) -> None:
        if len(topics) == len(self.topics):
            super().resume(topics)


class AllOrNothing(Shallow):
    """Waits for ever for an input that it has paused itself."""

    source = AllOrNothingSource


def test_runs_that_pause_their_inputs_all_the_time_hold() -> None:
    told = [failure(run) for run in run_all(SEEDS, Shallow) if run.violations]
    assert not told, "\n\n".join(told)


def test_with_inputs_paused_all_together_runs_come_to_a_standstill() -> None:
    broken = [run for run in run_all(SEEDS, AllOrNothing) if run.violations]
    assert broken, "no run has paused an input that it needed"
