"""What customers hold at a freeze is taken down as it was, whatever happens to them while the walk goes on."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.decisions.frozen import Held, next_freeze, waits_for_cut_points
from agents.decisions.holdings import holdings
from agents.decisions.in_force import InForce
from schemas.policy import Policy
from tests.agents.histories import CUSTOMERS, Moment, histories
from tests.agents.rollouts import POLICIES, WINDOWED
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage
from tests.agents.test_time_laws import facts_of
from tests.builders import T0, new_directory, record
from tests.oracle.events import erasure, order

MINUTE, HOUR = 60_000, 3_600_000


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(st.sampled_from([*POLICIES, *WINDOWED]), histories(steps=40), st.data())
def test_what_is_frozen_is_what_a_fold_up_to_the_freeze_gives(
    policy: Policy, history: list[Moment], data: st.DataObject
) -> None:
    with new_directory() as directory:
        stage = Stage(directory / "db", policy)
        place = data.draw(st.integers(0, len(history)), "moments before the freeze")
        before, after = history[:place], history[place:]
        at = (before[-1].last if before else T0 - 1) + data.draw(st.sampled_from([0, 1, HOUR]), "later")
        after = [moment for moment in after if moment.first > at]
        for moment in before:
            stage.absorb(moment.events)
        stage.begin_freeze(at)
        for moment in after:
            if data.draw(st.booleans(), "a step of the walk"):
                stage.walk(1)
            stage.absorb(moment.events)
            if data.draw(st.booleans(), "time passes"):
                stage.pass_time(moment.last)
        while not stage.walk(1):
            pass
        assert sorted(stage.frozen) == sorted(folded(policy, before, at))
        stage.close()


def folded(policy: Policy, history: list[Moment], at: int) -> list[Held]:
    found = []
    for customer in CUSTOMERS:
        changes = holdings(customer, facts_of(history, customer), InForce(policy), at)
        last = changes[-1] if changes else None
        if last is not None and last.frequency:
            found.append(Held(at - last.newest, last.frequency, last.monetary))
    return found


def test_a_fact_that_waited_for_an_instant_before_the_freeze_counts_in_it() -> None:
    with new_directory() as directory:
        stage = Stage(directory / "db", small(LADDER))
        stage.absorb_records([record({**order("o-1", T0 + MINUTE, 500), "recorded_at": T0})])
        stage.begin_freeze(T0 + 2 * MINUTE)
        stage.absorb([order("o-2", T0 + 3 * MINUTE, 900)])
        assert stage.walk(10)
        assert stage.frozen == [Held(MINUTE, 1, 500)]
        stage.close()


def test_who_is_erased_behind_the_freeze_counts_in_it_and_her_next_life_does_not() -> None:
    with new_directory() as directory:
        stage = Stage(directory / "db", small(LADDER))
        stage.absorb([order("o-1", T0, 500)])
        stage.begin_freeze(T0 + 1)
        stage.absorb([erasure("x-1", T0 + 2), order("o-2", T0 + 3, 900)])
        assert stage.walk(10)
        assert stage.frozen == [Held(1, 1, 500)]
        stage.close()


@pytest.mark.parametrize(
    ("clock", "last", "front", "newest", "expected"),
    [
        (0, None, None, 0, None),
        (0, None, 250, 0, 200),
        (0, None, 200, 0, 100),
        (0, None, 201, 0, 200),
        (0, None, 250, 900, 900),
        (250, None, None, 0, 300),
        (250, 200, None, 0, 300),
        (300, 200, None, 0, 300),
        (300, 300, None, 0, 400),
        (250, 200, None, 900, 900),
        (950, 200, None, 900, 1_000),
    ],
)
def test_the_next_freeze_is_the_next_multiple(
    clock: int, last: int | None, front: int | None, newest: int, expected: int | None
) -> None:
    assert next_freeze(100, clock, last, front, newest) == expected


@pytest.mark.parametrize(
    ("first", "last", "decided", "expected"),
    [(200, 200, 0, 209), (200, 400, 0, 209), (200, 400, 200, 309), (200, 400, 300, 409), (200, 400, 400, None)],
)
def test_a_replay_waits_where_the_oldest_undecided_freeze_takes_effect(
    first: int, last: int, decided: int, expected: int | None
) -> None:
    assert waits_for_cut_points(100, 10, first, last, decided) == expected
