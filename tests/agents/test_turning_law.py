"""What comes into force while a partition works: what it publishes is the life of each customer in full knowledge."""

from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.decisions.in_force import InForce
from agents.decisions.moves import Move
from agents.decisions.whole_life import live
from agents.events import Events
from tests.agents.histories import CUSTOMERS, Moment, histories
from tests.agents.rollouts import STEADY, WINDOWED, Rules, rules
from tests.agents.stage import Stage
from tests.agents.test_time_laws import end_of, facts_of
from tests.agents.test_whole_life_law import plain
from tests.builders import DAY, new_directory

MANY = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
SILENCE = 200 * DAY


@MANY
@given(rules() | rules(WINDOWED), histories(), st.data())
def test_what_is_published_is_the_life_in_full_knowledge(
    drawn: Rules, history: list[Moment], data: st.DataObject
) -> None:
    in_force = drawn.in_force
    with new_directory() as directory:
        stage = Stage(directory / "db", drawn.first)
        stage.obey(in_force)
        end = through(stage, in_force, history, data)
        told = [payload for kind, payload in stage.published() if kind == "segment.transitioned"]
        found = {one["transition_id"]: {k: v for k, v in one.items() if k != "detected_at"} for one in told}
        wanted = {told["transition_id"]: told for told in lives(in_force, history, end)}
        assert found == wanted
        assert not any(tally.late for tally in stage.tallies)
        stage.close()


def through(stage: Stage, in_force: InForce, history: list[Moment], data: st.DataObject) -> int:
    """Let a stage live a history; sweeps begin some time after their turn, and facts come in between their steps."""
    end = history[-1].last + SILENCE
    done = 0
    for moment, after in pairwise([*history, None]):
        assert moment is not None
        stage.absorb(moment.events)
        reached = moment.last if after is not None else end
        turn = max((at for at in in_force.turns if at <= reached), default=0)
        if turn > done and (after is None or data.draw(st.booleans(), "a sweep begins")):
            stage.begin_sweep(turn)
            done = turn
        if data.draw(st.booleans(), "time passes") and after is not None:
            stage.pass_time(reached)
        if data.draw(st.booleans(), "a step of the walk"):
            stage.walk(1)
    while not stage.walk(1):
        pass
    stage.pass_time(end)
    return end


def lives(in_force: InForce, history: list[Moment], end: int) -> list[dict[str, Any]]:
    told = []
    for customer in CUSTOMERS:
        lived = live(customer, facts_of(history, customer), in_force, end)
        moves = [told for told in lived.publications if isinstance(told, Move) and not told.silent]
        told += [plain(Events(in_force.policy_at(move.effective_at)).transition(move)) for move in moves]
    return told


@MANY
@given(rules(STEADY), histories(), st.data())
def test_at_any_instant_she_stands_where_the_policy_in_force_puts_her(
    drawn: Rules, history: list[Moment], data: st.DataObject
) -> None:
    """So what is compared before a policy is promoted is what comes of it."""
    in_force = drawn.in_force
    for customer in CUSTOMERS:
        facts = facts_of(history, customer)
        offset = data.draw(st.integers(-400 * DAY, 400 * DAY), "offset")
        at = data.draw(st.sampled_from([*in_force.turns, end_of(facts) + offset]), "at")
        judge = in_force.at(at)
        always = [replace(one, effective_at=1) for one in drawn.cut_points if one.version == judge.version]
        stands = live(customer, facts, in_force, at).standing
        wanted = live(customer, facts, judge.policy, at, always).standing
        assert (stands.segment, stands.measures, stands.next) == (wanted.segment, wanted.measures, wanted.next)
