"""A seed is a run: the same one in another process, whatever order its sets and hashes have."""

import os
import subprocess
import sys

import pytest

from tests.simulation.running import run_all

pytestmark = pytest.mark.simulation


@pytest.mark.parametrize("seed", [3, 11])
def test_a_seed_replays_in_another_process_to_the_last_byte(seed: int) -> None:
    (told,) = run_all([seed])
    command = [sys.executable, "-m", "tests.simulation", "--seed", str(seed)]
    environment = os.environ | {"PYTHONHASHSEED": str(seed)}
    again = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)
    assert again.stdout.splitlines()[: len(told.lines)] == told.lines
    assert f"digest {told.digest}" in again.stdout
