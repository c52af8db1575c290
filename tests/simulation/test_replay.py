"""A seed is a run: the same one in another process, whatever order its sets and hashes have."""

import os
import subprocess
import sys

import pytest

from tests.simulation.running import run_all

pytestmark = pytest.mark.simulation
PATIENCE_S = 1_200.0
"""For what takes four seconds of a core: the simulation has only what brokers and workers beside it leave."""


@pytest.mark.parametrize("seed", [3, 11])
def test_a_seed_replays_in_another_process_to_the_last_byte(seed: int) -> None:
    (told,) = run_all([seed])
    command = [sys.executable, "-m", "tests.simulation", "--seed", str(seed)]
    environment = os.environ | {"PYTHONHASHSEED": str(seed)}
    again = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=PATIENCE_S, check=False)
    assert again.stdout.splitlines()[: len(told.lines)] == told.lines
    assert f"digest {told.digest}" in again.stdout
