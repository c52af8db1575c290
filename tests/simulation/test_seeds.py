"""Two thousand runs, each with its own faults: nothing that must be true is ever broken."""

import pytest

from tests.simulation.__main__ import failures

pytestmark = pytest.mark.simulation

SEEDS = 2_000
CHUNKS = 40


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_run_breaks_what_must_be_true(chunk: int) -> None:
    size = SEEDS // CHUNKS
    told = failures(range(chunk * size, (chunk + 1) * size))
    assert not told, "\n\n".join(told)
