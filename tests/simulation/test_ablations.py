"""Every rule of the protocol is needed: with one taken out a pinned run breaks, and the same run holds with it.

What a run draws depends on every draw before it: whoever changes the simulation finds new seeds for these with
`python -m tests.simulation --seeds 200 --without Fence`.
"""

import pytest

from tests.simulation import ablations
from tests.simulation.running import run_all
from tests.simulation.worker import Parts

pytestmark = pytest.mark.simulation


def breaks(seed: int, without: type[Parts], how: str) -> None:
    """Demand that a run holds, and that without a rule it is broken in a way."""
    (held,) = run_all([seed])
    assert held.violations == []
    (broken,) = run_all([seed], without)
    assert any(how in violation for violation in broken.violations), broken.violations


def test_without_the_fence_a_run_breaks() -> None:
    breaks(52, ablations.WithoutFence, "stands 2 times")


def test_without_commit_before_rocksdb_a_run_breaks() -> None:
    breaks(51, ablations.WithoutCommitFirst, "missing")


def test_without_awaiting_acknowledgements_a_run_breaks() -> None:
    breaks(87, ablations.WithoutAcknowledgements, "missing")


def test_without_the_contiguity_check_a_run_breaks() -> None:
    breaks(57, ablations.WithoutContiguity, "missing")


def test_without_the_offsets_row_a_run_breaks() -> None:
    breaks(6, ablations.WithoutOffsetsRow, "dead letters: not expected")


def test_without_duplicate_memory_a_run_breaks() -> None:
    breaks(51, ablations.WithoutDuplicateMemory, "expected")


def test_without_the_clock_rule_a_run_breaks() -> None:
    breaks(4, ablations.WithoutClockRule, "who is punctual")


def test_without_settling_what_hangs_a_run_breaks() -> None:
    breaks(9, ablations.WithoutSettling, "stands 2 times")
