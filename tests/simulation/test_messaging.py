"""Messages whose answers come late, twice and badly, while workers die: each goes its course, and no request twice."""

import pytest

from tests.simulation.messaging import MessagingWorld
from tests.simulation.running import run_all

pytestmark = pytest.mark.simulation


@pytest.mark.parametrize("seed", range(4))
def test_every_message_goes_its_course(seed: int) -> None:
    (told,) = run_all([seed], world=MessagingWorld)
    assert told.violations == []
