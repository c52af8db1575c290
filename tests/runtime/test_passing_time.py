"""Tasks with customers due in, one at a time let through."""

import asyncio

from app.runtime.passing_time import ALONE, ALONG, BESIDE, SHARE, WALKS, PassingTime


def events(count: int) -> list[asyncio.Event]:
    return [asyncio.Event() for _ in range(count)]


def test_the_first_may_move_many_while_no_orders_come_and_few_while_they_do() -> None:
    busy = 0
    line, (task,) = PassingTime(lambda: busy), events(1)
    assert line.enter(task) == ALONE
    assert line.done(task, overdue=True)
    busy = 3
    assert line.enter(task) == BESIDE


def test_the_others_wait_and_each_is_woken_when_its_turn_has_come() -> None:
    line, (first, second, third) = PassingTime(lambda: 0), events(3)
    assert [line.enter(task) > 0 for task in (first, second, third)] == [True, False, False]
    assert line.done(first, overdue=True)
    assert [task.is_set() for task in (first, second, third)] == [False, True, False]
    assert line.enter(first) == 0, "it stands at the end of the line now"
    assert line.enter(third) == 0
    assert line.enter(second) > 0


def test_a_turn_in_which_a_task_could_not_move_anybody_does_not_cost_it_its_place() -> None:
    line, (first, second) = PassingTime(lambda: 0), events(2)
    line.enter(first)
    line.enter(second)
    assert not line.done(second, overdue=True)
    line.done(first, overdue=False)
    assert line.enter(second) > 0


def test_whoever_has_nobody_due_any_more_leaves_the_line() -> None:
    line, (first, second, third) = PassingTime(lambda: 0), events(3)
    for task in (first, second, third):
        line.enter(task)
    assert not line.done(second, overdue=False)
    line.done(first, overdue=False)
    assert third.is_set()
    assert not second.is_set()
    assert line.enter(third) > 0


def test_a_task_that_is_dropped_in_its_turn_lets_the_next_one_go_on() -> None:
    line, (first, second) = PassingTime(lambda: 0), events(2)
    line.enter(first)
    line.enter(second)
    line.leave(first)
    assert second.is_set()
    assert line.enter(second) > 0
    line.leave(first)
    assert line.done(second, overdue=False)


def test_a_transaction_of_orders_takes_some_along_without_a_turn() -> None:
    line, (first, second) = PassingTime(lambda: 2), events(2)
    line.enter(first)
    assert line.enter(second, orders=3) == ALONG
    assert not line.done(second, overdue=True)
    assert line.enter(first, orders=3) == BESIDE


def test_in_large_transactions_time_keeps_its_share() -> None:
    line, (first, second) = PassingTime(lambda: 2), events(2)
    assert line.enter(first, orders=1_000) == SHARE * 1_000
    assert line.enter(second, orders=1_000) == SHARE * 1_000


def test_a_walk_takes_large_steps_alone_and_keeps_its_share_beside_orders() -> None:
    busy = 0
    line, (first, second) = PassingTime(lambda: busy, WALKS), events(2)
    assert line.enter(first) == WALKS.alone
    assert line.enter(second) == 0
    busy = 2
    assert line.enter(first) == line.enter(first, orders=10) == WALKS.beside
    assert line.enter(second, orders=10) == WALKS.along
    assert line.enter(second, orders=5_000) == WALKS.per_order * 5_000 > WALKS.beside
