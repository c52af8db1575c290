"""The watchdog ends the worker for a task that stands still, and for no other reason."""

from collections.abc import Mapping

import pytest
from prometheus_client import CollectorRegistry, Gauge

from app.runtime.ending import EXIT_STALLED
from app.runtime.watchdog import Watchdog, WorkerStalled


class Log:
    """The inputs of a partition."""

    def __init__(self, partition: int) -> None:
        self.partition = partition
        self.end: int | None = 10
        self.asked = 0

    def ends(self, seconds: float) -> dict[str, int] | None:
        self.asked += 1
        return None if self.end is None else {"orders": self.end}


class Task:
    """A partition task that has committed so much."""

    def __init__(self, partition: int) -> None:
        self.source = Log(partition)
        self.committed = 5
        self.waits = 0
        self.trouble = ""

    @property
    def standing(self) -> tuple[Mapping[str, int], int]:
        return {"orders": self.committed}, self.waits


class Shown:
    """Metrics without a restoration under way."""

    def __init__(self) -> None:
        self.standstill = Gauge("standstill_seconds", "As in the worker.", ["partition"], registry=CollectorRegistry())

    def to_restore(self) -> dict[str, float]:
        return {}

    def standing(self, partition: int) -> float:
        (metric,) = self.standstill.collect()
        return next(one.value for one in metric.samples if one.labels["partition"] == str(partition))


class Stage:
    """A watchdog of two tasks, a clock, and what it has ended the worker with."""

    def __init__(self) -> None:
        self.tasks = [Task(0), Task(1)]
        self.now = 0.0
        self.ended: list[tuple[WorkerStalled, int]] = []
        self.shown = Shown()
        self.dog = Watchdog(
            300.0,
            lambda: self.tasks,
            self.shown,
            lambda error, code: self.ended.append((error, code)),
            lambda: self.now,
        )

    def look(self, times: int = 1, orders: int = 0) -> None:
        """Let half a minute pass before each look, in which so many orders come."""
        for _ in range(times):
            self.now += 30
            for task in self.tasks:
                if task.source.end is not None:
                    task.source.end += orders
            self.dog.check()


def test_a_task_that_stands_still_ends_the_worker_with_its_own_code_and_an_instruction() -> None:
    stage = Stage()
    for _ in range(11):
        stage.tasks[1].committed += 1
        stage.look(orders=7)
    ((error, code),) = stage.ended
    assert code == EXIT_STALLED
    assert str(error).startswith("partition 0: nothing has been committed for 300 s, and 82 records wait.")
    assert "Operator action: " in str(error)
    assert stage.shown.standing(0) == 300
    assert stage.shown.standing(1) == 0


def test_whoever_opened_again_and_again_is_told_why_it_did_last() -> None:
    stage = Stage()
    stage.tasks[0].trouble = "too_large (MessageSizeTooLargeError at producer.py:7)"
    stage.tasks[1].committed = stage.tasks[1].source.end or 0
    stage.look(11, orders=7)
    told = str(stage.ended[0][0])
    assert "last because of: too_large (MessageSizeTooLargeError at producer.py:7). Operator action: " in told


def test_tasks_that_go_on_are_left_alone() -> None:
    stage = Stage()
    for _ in range(40):
        for task in stage.tasks:
            task.committed += 1
        stage.look(orders=7)
    assert stage.ended == []


def test_brokers_that_do_not_answer_are_asked_once_a_look_and_end_nobody() -> None:
    stage = Stage()
    for task in stage.tasks:
        task.source.end = None
    stage.look(40)
    assert stage.ended == []
    assert [task.source.asked for task in stage.tasks] == [40, 0]


@pytest.mark.parametrize("away", [1_000.0, 100_000.0])
def test_a_process_that_was_stopped_is_given_its_time_after_it_wakes(away: float) -> None:
    stage = Stage()
    stage.look(5, orders=1)
    stage.now += away
    stage.look(10, orders=1)
    assert stage.ended == []
    stage.look(orders=1)
    assert len(stage.ended) == 2


def test_a_partition_that_comes_back_is_a_new_task_with_its_own_time() -> None:
    stage = Stage()
    stage.look(8, orders=1)
    stage.tasks = [Task(0)]
    stage.look(8, orders=1)
    assert stage.ended == []
