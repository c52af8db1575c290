"""The customers agent: runs of profile and erasure records in, each to the task of its partition."""

from collections.abc import AsyncIterable

from agents.run import Run


async def customers(runs: AsyncIterable[Run]) -> None:
    """Hand every run over; it never yields, for the reason that agents.orders gives."""
    async for run in runs:
        run.hand_over()
