"""The receipts agent: runs of what messaging systems answer in, each to the task of its partition."""

from collections.abc import AsyncIterable

from agents.run import Run


async def receipts(runs: AsyncIterable[Run]) -> None:
    """Hand every run over; it never yields, for the reason that agents.orders gives."""
    async for run in runs:
        run.hand_over()
