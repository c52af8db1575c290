"""What the tests of scenarios share."""

from pathlib import Path

import pytest

from tests.scenarios.stage import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
