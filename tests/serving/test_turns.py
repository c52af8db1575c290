"""Work beside others in, a fair share of it out, however long their turns are."""

import asyncio

import pytest

from app.serving.turns import Turns

PIECE_S = 0.001
PIECES = 200


@pytest.mark.parametrize(("others_s", "expected"), [(0.0001, PIECES), (0.003, PIECES // 3), (0.1, PIECES // 5)])
async def test_others_wait_as_long_as_was_waited_for_them_but_never_for_long(others_s: float, expected: int) -> None:
    clock, turns_of_others = [0.0], 0

    async def others() -> None:
        nonlocal turns_of_others
        while True:
            clock[0] += others_s
            turns_of_others += 1
            await asyncio.sleep(0)

    busy = asyncio.ensure_future(others())
    turns = Turns(lambda: clock[0])
    for _ in range(PIECES):
        clock[0] += PIECE_S
        await turns.give()
    busy.cancel()
    assert 0.8 * expected <= turns_of_others <= 1.4 * expected
