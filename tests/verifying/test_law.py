"""Whatever a partition has worked on, nothing differs; and whatever of it is tampered with, does."""

from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.simulate.spool import Spool
from app.verifying.checking import Verdict
from tests.agents.histories import Moment
from tests.agents.policies import Both, policies
from tests.agents.stage import Stage
from tests.agents.test_late_law import delayed
from tests.agents.test_timeline_law import live_through
from tests.agents.whole_histories import whole_histories
from tests.builders import DAY, SEED, new_directory
from tests.oracle.orders import Event
from tests.verifying.stage import Histories, checked, gathered, lost

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@settings(max_examples=100, suppress_health_check=SLOW)
@given(whole_histories(), st.data())
def test_what_came_in_time_differs_in_nothing_and_whatever_is_lost_is_found(
    history: list[Moment], data: st.DataObject
) -> None:
    with new_directory() as directory:
        stage = Stage(directory / "db")
        end = live_through(stage, history, data)
        events = [event for moment in history for event in moment.events]
        histories = gathered(Spool(directory / "log"), events, stage.outgoing)
        assert wrong(checked(histories, SEED, end)) == {}
        lose_one(stage, histories, end, data)
        stage.close()


@settings(max_examples=100, suppress_health_check=SLOW)
@given(policies(), whole_histories(), st.randoms(use_true_random=False), st.data())
def test_what_came_late_differs_in_nothing(
    both: Both, history: list[Moment], chance: Random, data: st.DataObject
) -> None:
    with new_directory() as directory:
        check_late(directory, both, history, chance, data)


def check_late(directory: Path, both: Both, history: list[Moment], chance: Random, data: st.DataObject) -> None:
    _, log = delayed(history, chance)
    stage, clock, left = Stage(directory / "db", both.ours), 0, log
    while left:
        count = data.draw(st.integers(1, min(8, len(left))), "records in a slice")
        part, left = left[:count], left[count:]
        stage.absorb([stamped(event, arrived) for arrived, event in part])
        clock = part[-1][0]
        if data.draw(st.booleans(), "time passes"):
            stage.pass_time(clock if not left else min(clock, left[0][0]), 2)
    until = clock + data.draw(st.sampled_from([0, 90 * DAY + 1, 400 * DAY]), "silence at the end")
    stage.pass_time(until)
    events = [stamped(event, arrived) for arrived, event in log]
    verdicts = checked(gathered(Spool(directory / "log"), events, stage.outgoing), both.ours, until)
    assert wrong(verdicts) == {}
    stage.close()


def stamped(event: Event, arrived: int) -> Event:
    return {**event, "recorded_at": arrived}


def lose_one(stage: Stage, histories: Histories, end: int, data: st.DataObject) -> None:
    """Leave out a transition: that always shows."""
    sent = [(customer, one) for customer, history in histories.items() for one in history.told]
    moves = [(customer, one) for customer, one in sent if one.kind == "segment.transitioned"]
    if moves:
        customer, gone = data.draw(st.sampled_from(moves), "lost")
        history = histories[customer]
        history.told = [one for one in history.told if one is not gone]
        verdicts = checked({customer: history}, SEED, end)
        assert {**wrong(verdicts), **lost(stage, verdicts)}


def wrong(verdicts: dict[str, Verdict]) -> dict[str, Any]:
    """Give what differs, is missing, or could not be compared."""
    return {
        customer: verdict.difference or verdict.unchecked or verdict.missing
        for customer, verdict in verdicts.items()
        if verdict.difference or verdict.unchecked or verdict.missing
    }
