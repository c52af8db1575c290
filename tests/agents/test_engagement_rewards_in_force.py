"""An engagement is rewarded by the policy in force when it happened: by a worker, late or not, and by `simulate`."""

from pathlib import Path

from agents.decisions.in_force import InForce
from agents.decisions.outcomes import rule_of
from agents.decisions.whole_life import live
from schemas.rollout import Rollout
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage, payload
from tests.builders import DAY, T0, TOPICS, fact_of
from tests.oracle.events import engaged, order

THANKS = "rewards: [{{id: {}, on: {{engaged: review_posted}}, give: {{kind: points, points: 50}}}}]\n"
BEFORE, SINCE = (small(LADDER + THANKS.format(name)) for name in ("before", "since"))
TURN = T0 + 10 * DAY
RULES = InForce(BEFORE, rollouts=[Rollout(SINCE, TURN)])
ORDERED = order("1", T0, 100)
EARLY = engaged("e-1", TURN - 1, rating=5)
LATER = engaged("e-2", TURN + 1, rating=5)


def test_in_full_knowledge() -> None:
    facts = [fact_of(event) for event in (ORDERED, EARLY, LATER)]
    assert [rule_of(one) for one in live("ann", facts, RULES, TURN + DAY).rewards] == ["before", "since"]


def test_by_a_worker_whenever_it_comes(tmp_path: Path) -> None:
    for name, runs in (("apart", [[ORDERED, EARLY], [LATER]]), ("late", [[ORDERED, LATER], [EARLY]])):
        stage = Stage(tmp_path / name, BEFORE)
        stage.obey(RULES)
        for run in runs:
            stage.absorb(run)
        paid = {payload(out)["rule"] for out in stage.outgoing if out.topic == TOPICS.rewards}
        assert paid == {"before", "since"}
        stage.close()
