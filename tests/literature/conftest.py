"""The folder of published data beside the project, for tests that cannot do without it."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "../shared/data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder; it is not part of the project, and CDNOW may not be shipped."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data (published results on public data) is not beside the project")
    return SHARED.resolve()
