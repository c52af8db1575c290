"""Stages that are taken down when a test has ended."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schemas.policy import Policy
from tests.agents.stage import Stage

Open = Callable[[Policy], Stage]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Open a stage for a policy."""
    stages: list[Stage] = []

    def open_one(policy: Policy) -> Stage:
        stages.append(Stage(tmp_path / f"db{len(stages)}", policy, standings=True))
        return stages[-1]

    yield open_one
    for stage in stages:
        stage.close()
