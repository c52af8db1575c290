"""A walk goes in pieces of any size: what one of them takes is bounded, and together they do the same."""

from functools import partial

import pytest

from agents.decisions.in_force import InForce
from agents.walking import READ, walk_sweep
from schemas.rollout import Rollout
from tests.agents import stage as staged
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage
from tests.builders import DAY, T0, new_directory
from tests.oracle.events import order

NUMBER = 100
QUICKER = LADDER.replace("[30d, 60d]", "[10d, 60d]")


@pytest.mark.parametrize("moved", [1, 7, 1_000])
def test_a_piece_of_a_sweep_ends_after_about_as_many_moves_as_it_may_make(
    moved: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staged, "walk_sweep", partial(walk_sweep, moved=moved))
    turn = T0 + 20 * DAY
    with new_directory() as directory:
        stage = Stage(directory / "db", small(LADDER))
        stage.absorb({**order(f"o-{n}", T0, 500), "customer_id": f"c-{n:03d}"} for n in range(NUMBER))
        stage.obey(InForce(small(LADDER), rollouts=[Rollout(small(QUICKER), turn)]))
        stage.outgoing.clear()
        stage.begin_sweep(turn)
        done = False
        while not done:
            before = len(stage.published())
            done = stage.walk(NUMBER)
            assert len(stage.published()) - before <= moved + READ
        told = [payload for _, payload in stage.published()]
        assert [payload["customer_id"] for payload in told] == [f"c-{n:03d}" for n in range(NUMBER)]
        assert {payload["effective_at"] for payload in told} == {turn}
        stage.close()
