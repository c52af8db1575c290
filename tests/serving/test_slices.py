"""Long answers in, many short turns out: whoever asks for a little meanwhile does not wait for them."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from app.serving import looking_up
from app.serving.csv_page import csv_page
from app.serving.view import View
from schemas.transitions import Next
from tests.serving.telling import BEGIN, DAY, Log

MANY = 1_000
Given = TypeVar("Given")


async def turns_of(asked: Awaitable[Given]) -> tuple[Given, int]:
    """Give an answer, and how often others had their turn before it was there."""
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    waiting = asyncio.ensure_future(others())
    given = await asked
    waiting.cancel()
    return given, turns


async def test_a_long_page_of_members_is_made_in_many_turns(view: View, log: Log) -> None:
    names = sorted(f"c{number}" for number in range(MANY + 20))
    for name in names:
        log.stand(name, "loyal", BEGIN)
    log.flush()
    (page, last), turns = await turns_of(looking_up.members(view, "loyal", b"", MANY))
    assert [one.customer_id for one in page] == names[:MANY]
    assert turns >= MANY // looking_up.SLICE
    (rest, end), _ = await turns_of(looking_up.members(view, "loyal", last or b"", MANY))
    assert ([one.customer_id for one in rest], end) == (names[MANY:], None)
    assert await looking_up.members(view, "loyal", names[-11].encode(), 10) == (rest[-10:], None)
    written, turns = await turns_of(csv_page(page))
    assert (written.count(b"\r\n"), turns > 5) == (MANY + 1, True)


async def test_those_who_rise_are_passed_over_in_many_turns(view: View, log: Log) -> None:
    for number in range(MANY):
        log.stand(f"c{number}", "loyal", BEGIN, Next(BEGIN + DAY + number, "champions"))
    log.stand("high", "champions", BEGIN)
    log.stand("falls", "loyal", BEGIN, Next(BEGIN + 2 * DAY, "inactive"))
    log.flush()
    (page, last), turns = await turns_of(looking_up.leaving(view, "loyal", BEGIN + 9 * DAY, b"", 10))
    assert ([one.customer_id for one in page], last) == (["falls"], None)
    assert turns >= MANY // looking_up.SLICE


async def test_who_leaves_is_told_as_of_one_moment(view: View, log: Log) -> None:
    for number in range(MANY):
        log.stand(f"c{number}", "loyal", BEGIN, Next(BEGIN + DAY + number, "inactive"))
    log.flush()
    asking = asyncio.ensure_future(looking_up.leaving(view, "loyal", BEGIN + 9 * DAY, b"", MANY))
    await asyncio.sleep(0)
    assert not asking.done()
    for number in range(MANY):
        log.stand(f"c{number}", "champions", BEGIN + 1)
    log.flush()
    assert len((await asking)[0]) == MANY
