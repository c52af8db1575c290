"""A fixed number of spoilt inputs of each kind, always the same ones: all are read, or refused as the contract says."""

from pathlib import Path

import pytest

from tests.fuzz.running import failures, replayed
from tests.fuzz.targets import TARGETS

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
INPUTS = {"record": 16_000, "lines": 5_000, "table": 8_000, "control": 5_000, "policy": 600}
"""Together less than a minute of one slow core."""
SEED = 20_101_201
CHUNKS = 4


@pytest.mark.filterwarnings("ignore::ruamel.yaml.error.ReusedAnchorWarning")
@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("name", INPUTS)
def test_spoilt_input_is_read_or_refused_in_bounded_time(name: str, chunk: int) -> None:
    size = INPUTS[name] // CHUNKS
    failed = next(failures(TARGETS[name], SEED, range(chunk * size, (chunk + 1) * size)), None)
    assert failed is None, f"{failed.what}\n{failed.given}"


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_what_once_failed_holds(path: Path) -> None:
    failed = replayed(path)
    assert failed is None, failed.what


def test_every_target_is_tried() -> None:
    assert INPUTS.keys() == TARGETS.keys()
