"""What the inputs have reached in, the instant of the partition out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.clock import JUMP_MS, ClockMode, InputState, Reading, jump, level_at, read_clock
from agents.run import LogEnd

NOW = 1_000


def level(reached: int = 0, confirmed_at: int = NOW) -> InputState:
    return InputState(lagging=False, reached=reached, confirmed_at=confirmed_at)


def lagging(reached: int, confirmed_at: int = 0) -> InputState:
    return InputState(lagging=True, reached=reached, confirmed_at=confirmed_at)


instants = st.integers(0, 2_000)
inputs = st.lists(st.builds(InputState, st.booleans(), instants, instants), min_size=1, max_size=4)
modes: st.SearchStrategy[ClockMode] = st.sampled_from(["wall", "stream"])


@given(modes, instants, inputs, instants)
def test_it_never_goes_back(mode: ClockMode, before: int, states: list[InputState], now: int) -> None:
    assert read_clock(mode, before, states, now) >= before


@given(modes, instants, inputs, instants)
def test_it_never_passes_what_a_lagging_input_has_reached(
    mode: ClockMode, before: int, states: list[InputState], now: int
) -> None:
    slowest = [state.reached for state in states if state.lagging]
    if slowest:
        assert read_clock(mode, before, states, now) == max(before, min(slowest))


@given(instants, inputs, instants)
def test_it_never_passes_the_wall_clock_or_the_last_confirmation(
    before: int, states: list[InputState], now: int
) -> None:
    if not any(state.lagging for state in states):
        confirmed = min(state.confirmed_at for state in states)
        assert read_clock("wall", before, states, now) == max(before, min(now, confirmed))


@given(instants, inputs, instants)
def test_of_a_stream_it_never_passes_the_newest_record(before: int, states: list[InputState], now: int) -> None:
    assert read_clock("stream", before, states, now) <= max(before, *(state.reached for state in states))


@pytest.mark.parametrize(
    ("mode", "states", "at"),
    [
        ("wall", [level()], NOW),
        ("wall", [level(reached=2_000)], NOW),
        ("wall", [level(), level(confirmed_at=700)], 700),
        ("wall", [level(), lagging(300)], 300),
        ("wall", [lagging(400), lagging(300), level(200)], 300),
        ("wall", [lagging(0)], 100),
        ("stream", [level(300), level(500)], 500),
        ("stream", [level(500, confirmed_at=0)], 500),
        ("stream", [level(500), lagging(300)], 300),
        ("stream", [level()], 100),
    ],
    ids=[
        "nothing left: the wall clock",
        "records of the future do not move it",
        "an unreachable broker stops it",
        "an input that lags holds it",
        "the slowest of those that lag holds it",
        "nothing read yet: it stays",
        "stream: the newest record of all",
        "stream: confirmations are no matter",
        "stream: an input that lags holds it",
        "stream: no record yet, it stays",
    ],
)
def test_the_rule(mode: ClockMode, states: list[InputState], at: int) -> None:
    assert read_clock(mode, 100, states, NOW) == at


@pytest.mark.parametrize(("position", "at"), [(4, None), (5, 1_000), (8, 1_000), (9, 2_000)])
def test_an_input_is_level_as_of_the_newest_fetch_that_told_of_nothing_behind_it(position: int, at: int | None) -> None:
    in_hand, newest = LogEnd(5, asked_at=1_000), LogEnd(9, asked_at=2_000)
    assert level_at(position, (newest, in_hand)) == at


def test_an_input_of_which_nothing_is_known_is_not_level() -> None:
    assert level_at(5, (None, None)) is None


@given(instants, instants, st.integers(0, 10**9), st.integers(-JUMP_MS + 1, JUMP_MS - 1))
def test_a_wall_clock_that_goes_with_the_steady_one_has_not_jumped(
    wall: int, steady: int, passed: int, by: int
) -> None:
    before, now = Reading(wall, steady), Reading(wall + passed + by, steady + passed)
    assert jump(before, now) == 0


@pytest.mark.parametrize("by", [-86_400_000, -JUMP_MS, JUMP_MS, 3_600_000], ids=["a day back", "back", "on", "asleep"])
def test_a_wall_clock_that_is_set_or_sleeps_has_jumped_by_that_much(by: int) -> None:
    assert jump(Reading(NOW, 500), Reading(NOW + 100 + by, 600)) == by
