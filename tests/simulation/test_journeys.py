"""Customers go on journeys whose workers fail in every way: each step is taken once, at its instant, and none is lost.

Who changes the simulation finds new seeds for what is pinned here with
`python -m tests.simulation --world journeys --seeds 200 --without Fence`.
"""

import pytest

from tests.simulation import ablations
from tests.simulation.__main__ import failures
from tests.simulation.journeying import JourneyWorld
from tests.simulation.running import run_all
from tests.simulation.worker import Parts

pytestmark = pytest.mark.simulation


@pytest.mark.parametrize("chunk", range(4))
def test_no_run_takes_a_step_twice_or_never(chunk: int) -> None:
    told = failures(range(10 * chunk, 10 * chunk + 10), world="journeys")
    assert not told, "\n\n".join(told)


def breaks(seed: int, without: type[Parts], how: str) -> None:
    """Demand that without a rule a run is broken in a way of journeys; with it, it holds."""
    (held,) = run_all([seed], world=JourneyWorld)
    assert held.violations == []
    (broken,) = run_all([seed], without, world=JourneyWorld)
    assert any(v.startswith("journeys: ") and how in v for v in broken.violations), broken.violations


def test_without_the_fence_a_step_is_taken_twice() -> None:
    breaks(6, ablations.WithoutFence, "stands 2 times")


def test_without_the_row_of_journeys_in_the_transaction_steps_are_never_taken() -> None:
    breaks(0, ablations.WithoutJourneyRows, "missing")


def test_without_commit_before_rocksdb_steps_are_never_taken() -> None:
    breaks(10, ablations.WithoutCommitFirst, "missing")


def test_without_the_clock_rule_an_answer_that_waits_unread_does_not_stop_a_journey() -> None:
    breaks(4, ablations.WithoutClockRule, "not expected")
