"""When the next transaction begins."""

import pytest

from app.runtime.cadence import CALM, LOOK, Cadence, patience

CADENCE = Cadence(commit_interval=0.05, budget=100, batch=5_000)


def test_the_first_work_after_idle_goes_at_once() -> None:
    assert CADENCE.delay(0.05, 1, busy_tasks=1) == 0.0
    assert CADENCE.delay(1e9, 1, busy_tasks=1) == 0.0


def test_later_work_waits_for_the_rest_of_the_interval() -> None:
    assert CADENCE.delay(0.0, 1, busy_tasks=1) == 0.05
    assert CADENCE.delay(0.02, 4_999, busy_tasks=1) == pytest.approx(0.03)


def test_a_full_batch_needs_no_more_company() -> None:
    assert CADENCE.delay(0.0, 5_000, busy_tasks=1_000) == 0.0


def test_busy_tasks_share_the_budget() -> None:
    assert CADENCE.delay(0.0, 1, busy_tasks=5) == 0.05, "5 tasks of 20 a second fit"
    assert CADENCE.delay(0.0, 1, busy_tasks=20) == pytest.approx(0.2)
    assert CADENCE.delay(0.15, 1, busy_tasks=20) == pytest.approx(0.05)


@pytest.mark.parametrize(("records", "due_ms"), [(1, None), (0, 0), (0, -5), (0, 999)])
def test_what_waits_for_time_is_looked_after_more_often(records: int, due_ms: int | None) -> None:
    assert patience(records, due_ms) == LOOK


@pytest.mark.parametrize("due_ms", [None, 1_000, 86_400_000])
def test_where_nothing_waits_time_is_asked_twice_a_second_and_no_due_instant_is_slept_through(
    due_ms: int | None,
) -> None:
    assert patience(0, due_ms) == CALM
    assert due_ms is None or due_ms >= 1_000 * (CALM + LOOK)
