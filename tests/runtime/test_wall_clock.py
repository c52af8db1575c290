"""Readings of two clocks in, jumps told once each."""

import pytest
from structlog.testing import capture_logs

from agents.decisions.clock import Reading
from app.runtime.clocks import Clocks
from app.runtime.wall_clock import WallClock, reader


def told(*readings: Reading | None) -> list[int]:
    """Let a wall clock look once for every reading; gives what it has warned of and counted."""
    come, counted = iter(readings), []
    clock = WallClock(lambda: next(come))
    with capture_logs() as logs:
        for _ in readings:
            clock.look(lambda: counted.append(1))
    assert len(logs) == len(counted)
    return [entry["ahead_ms"] for entry in logs if entry["log_level"] == "warning"]


@pytest.mark.parametrize("by", [-5_000, 5_000])
def test_a_jump_is_told_once_with_both_clocks(by: int) -> None:
    assert told(Reading(10_000, 0), Reading(10_100, 100), Reading(10_200 + by, 200), Reading(10_300 + by, 300)) == [by]


def test_a_worker_that_only_stood_still_has_not_met_a_jump() -> None:
    assert told(Reading(10_000, 0), Reading(70_000, 60_000)) == []


def test_a_reading_that_was_interrupted_is_passed_over() -> None:
    assert told(Reading(10_000, 0), None, Reading(10_200, 200)) == []


def test_the_clocks_of_this_machine_go_on() -> None:
    read = reader(Clocks())
    first, second = read(), read()
    assert first is None or second is None or first.steady <= second.steady
