"""Ending tasks: whoever waits for one that was cancelled does not wait for ever."""

import asyncio

from app.ending_tasks import end_tasks

SOON = 0.01
LIMIT_S = 30.0


async def test_a_cancellation_that_wait_for_loses_is_repeated() -> None:
    answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def reading() -> None:
        await asyncio.wait_for(answer, LIMIT_S)
        await asyncio.Event().wait()

    task = asyncio.ensure_future(reading())
    while not answer._callbacks:  # until it waits for the answer
        await asyncio.sleep(0)
    answer.set_result(None)  # in the same turn as the cancellation
    async with asyncio.timeout(LIMIT_S):
        await end_tasks(task, again_seconds=SOON)
    assert task.cancelled()


async def test_what_a_task_ends_with_is_told_to_nobody() -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))

    async def failing() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ConnectionError("already closed")

    task = asyncio.ensure_future(failing())
    await asyncio.sleep(0)
    await end_tasks(task)
    assert task.done()
    del task
    assert complaints == []


async def test_those_that_are_over_are_left_alone() -> None:
    task = asyncio.ensure_future(asyncio.sleep(0, "done"))
    await task
    await end_tasks(task)
    await end_tasks()
    assert task.result() == "done"
