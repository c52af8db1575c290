"""Settings in; how long Faust waits for the group, and the group for its members, out."""

from pathlib import Path

import pytest

from app.assembly import build_app
from app.settings import Settings


@pytest.mark.parametrize("session_ms", [6_000, 10_000, 45_000])
def test_a_worker_that_joins_does_not_give_up_before_the_group_has_gathered(tmp_path: Path, session_ms: int) -> None:
    asked = Settings.model_validate({"kafka": {"session_timeout_ms": session_ms}, "state": {"directory": tmp_path}})
    conf = build_app(asked).conf
    assert conf.broker_session_timeout <= conf.broker_rebalance_timeout < conf.broker_request_timeout
