"""The orders agent: runs of order records in, each to the task of its partition."""

from collections.abc import AsyncIterable

from agents.run import Run


async def orders(runs: AsyncIterable[Run]) -> None:
    """Hand every run over; the task of the partition decides it, in one transaction with its outputs.

    It never yields: Faust would send what an agent yields wherever a record's `Faust-Ag-ReplyTo` header says.
    """
    async for run in runs:
        run.hand_over()
