"""Stages that are taken down when a test has ended."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from schemas.policy import Policy
from tests.agents.stage import Stage


class Open(Protocol):
    """Opens a stage for a policy."""

    def __call__(self, policy: Policy, *, scores: bool = False) -> Stage: ...


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    stages: list[Stage] = []

    def open_one(policy: Policy, *, scores: bool = False) -> Stage:
        stages.append(Stage(tmp_path / f"db{len(stages)}", policy, standings=True, scores=scores))
        return stages[-1]

    yield open_one
    for stage in stages:
        stage.close()
