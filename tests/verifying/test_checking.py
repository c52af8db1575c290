"""What of a customer can be checked where topics have lost their beginning, and what excuses a difference."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.simulate.spool import Spool
from app.verifying.checking import NO_INPUT, NO_OUTPUT, Bounds, Verdict
from app.verifying.customer_log import History
from app.verifying.lateness import OVERTAKEN
from schemas.policy_file import parse_policy
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage
from tests.agents.test_budgets import RULES, Spender
from tests.builders import DAY, SEED, T0
from tests.oracle.events import engaged, erasure, order
from tests.schemas.test_policy_file import SMALL
from tests.verifying.stage import WHOLE, checked, gathered, lost

POLICY = small(LADDER)
END = T0 + 400 * DAY
EVENTS = [order("1", T0, 1), order("2", T0 + 100 * DAY, 1)]
CUT_OFF = WHOLE._replace(transitions_whole=False, rewards_whole=False)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Fresh, fading, gone, fresh again, fading, gone."""
    played = Stage(tmp_path / "db", POLICY)
    for one in EVENTS:
        played.pass_time(int(one["occurred_at"]) - 1)
        played.absorb([one])
    played.pass_time(END)
    yield played
    played.close()


@pytest.fixture
def ann(stage: Stage, tmp_path: Path) -> History:
    history = gathered(Spool(tmp_path / "log"), EVENTS, stage.outgoing)["ann"]
    assert len(history.told) == 6
    return history


def judged(ann: History, bounds: Bounds = WHOLE) -> Verdict:
    return checked({"ann": ann}, POLICY, END, bounds)["ann"]


def test_a_whole_life_is_compared_in_every_field(ann: History) -> None:
    verdict = judged(ann)
    assert verdict[:3] == (None, None, ())
    assert verdict.exact


def test_what_is_left_of_an_output_is_compared_with_the_end_of_her_timeline(ann: History) -> None:
    ann.told = ann.told[3:]
    assert judged(ann, CUT_OFF)[:3] == (None, None, ())
    ann.told = [ann.told[0], *ann.told[2:]]
    assert judged(ann, CUT_OFF).difference == "sequence 5 is missing: 6 comes after 4"


def test_whose_history_is_not_in_the_input_any_more_cannot_be_compared(ann: History) -> None:
    ann.taken = ann.taken[1:]
    assert judged(ann).difference is not None
    assert judged(ann, WHOLE._replace(inputs_whole=False)).unchecked == NO_INPUT


def test_what_breaks_the_rules_of_a_sequence_is_a_difference_though_the_input_is_not_known(ann: History) -> None:
    ann.told = [*ann.told, ann.told[-1]]
    assert "came twice" in (judged(ann, WHOLE._replace(inputs_whole=False)).difference or "")


def test_what_was_taken_back_before_an_output_begins_excuses_a_difference(ann: History) -> None:
    late = [replace(one, value=one.value.replace(b'"late":false', b'"late":true')) for one in ann.told[2:]]
    ann.told = [late[0], *late[2:]]
    verdict = judged(ann, CUT_OFF)
    assert verdict.difference == "sequence 4 is missing: 5 comes after 3"
    ann.told, ann.taken = late, ann.taken[1:]
    assert judged(ann, CUT_OFF).unchecked == NO_OUTPUT


def test_a_move_lost_at_the_end_is_told_from_one_that_is_due(stage: Stage, ann: History) -> None:
    ann.told = ann.told[:-1]
    verdict = judged(ann)
    assert (verdict.difference, len(verdict.missing)) == (None, 1)
    assert "sequence 6 is missing, her state has come to 6" in lost(stage, {"ann": verdict})["ann"]
    stage._changelog.pop()  # as if the worker had not come to it yet
    assert lost(stage, {"ann": verdict}) == {}


def test_an_engagement_that_moves_nobody_pays_at_once_though_the_clock_is_behind_it(tmp_path: Path) -> None:
    """A partition that reads a history has a clock that lags behind the records of some topics."""
    played = Stage(tmp_path / "db")
    events = [order("1", T0, 1_000), engaged("e", T0 + 300 * DAY, rating=5)]
    played.absorb(events)
    histories = gathered(Spool(tmp_path / "log"), events, played.outgoing)
    verdict = checked(histories, SEED, T0 + DAY)["ann"]
    assert verdict[:3] == (None, None, ())
    assert verdict.exact
    assert [one.kind for one in histories["ann"].told].count("reward.granted") == 2
    played.close()


CLICKED = """\
rewards:
  - {id: thanks, give: {kind: points, points: 1}}
  - {id: ask, on: {engaged: link_clicked}, message: {template: survey, channels: [email]}}
journeys: [{id: j, on: {engaged: link_clicked}, steps: [{wait: 7d}, {reward: thanks}]}]
"""


def test_rewards_of_journeys_are_those_of_the_input_and_messages_are_no_rewards(tmp_path: Path) -> None:
    journeys = small(LADDER, CLICKED)
    played = Stage(tmp_path / "db", journeys)
    events = [order("1", T0, 1), engaged("e", T0 + DAY, "link_clicked"), order("2", T0 + 10 * DAY, 1)]
    for one in events:
        played.pass_time(int(one["occurred_at"]) - 1)
        played.absorb([one])
    ann = gathered(Spool(tmp_path / "log"), events, played.outgoing)["ann"]
    assert [one.kind for one in ann.told] == ["segment.transitioned", "reward.granted"]
    assert checked({"ann": ann}, journeys, T0 + 9 * DAY)["ann"][:3] == (None, None, ())
    ann.told.pop()
    difference = checked({"ann": ann}, journeys, T0 + 9 * DAY)["ann"].difference
    assert difference is not None
    assert "thanks" in difference
    played.close()


def test_rewards_that_a_budget_pays_are_counted_as_not_compared_and_their_ids_are_checked(tmp_path: Path) -> None:
    policy, spender = parse_policy(SMALL + RULES % ("", ""), "p.yaml"), Spender(tmp_path / "db")
    spender.grant(2_500)
    events = [order("1", T0, 5_00), order("2", T0 + DAY, 5_00)]
    spender.absorb(events)
    ann = gathered(Spool(tmp_path / "log"), events, spender.outgoing)["ann"]
    verdict = checked({"ann": ann}, policy, T0 + 2 * DAY)["ann"]
    assert verdict[:3] == (None, None, ())
    assert verdict.of_budgets == [one.kind for one in ann.told].count("reward.granted") == 2
    ann.taken.pop()
    difference = checked({"ann": ann}, policy, T0 + 2 * DAY)["ann"].difference
    assert difference is not None
    assert "is for what never was" in difference
    spender.close()


@pytest.mark.parametrize("silence", [20, 200])
def test_an_erasure_that_was_overtaken_is_no_difference_where_the_clock_goes_by_the_records(
    tmp_path: Path, silence: int
) -> None:
    first, erased, again = order("1", T0, 1), erasure("x", T0 + DAY), order("2", T0 + 2 * DAY, 1)
    for taken, right in (([first, erased, again], True), ([first, again, erased], False)):
        played, end = Stage(tmp_path / f"{right}", POLICY), T0 + silence * DAY
        for one in taken:
            played.absorb([one])
        played.pass_time(end)
        hers = gathered(Spool(tmp_path / f"log {right}"), [first, erased, again], played.outgoing)
        strictly = checked(hers, POLICY, end)["ann"]
        leniently = checked(hers, POLICY, end, WHOLE._replace(by_records=True))["ann"]
        assert (strictly.difference is None) == right
        assert (leniently.difference, leniently.unchecked) == (None, None if right else OVERTAKEN)
        played.close()


def test_what_lies_on_one_topic_was_not_overtaken(ann: History) -> None:
    by_records = WHOLE._replace(by_records=True)
    assert judged(ann, by_records).exact
    ann.taken = ann.taken[1:]
    assert judged(ann, by_records).difference is not None
