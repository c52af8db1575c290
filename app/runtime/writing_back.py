"""Committed rows in memory in; the same in RocksDB out, when they are many or old."""

import asyncio

from app.runtime.deployment import Deployment
from app.runtime.opening import OpenPartition
from app.runtime.source import PartitionSource
from app.runtime.workplace import Workplace

FEWEST_ROWS = 1_000


class WritingBack:
    """Remembers when the rows of a partition were last level with its database."""

    def __init__(self, deployment: Deployment, source: PartitionSource, place: Workplace) -> None:
        self._deployment = deployment
        self._source = source
        self._place = place
        self._level_at = 0.0

    def begin(self, opened: OpenPartition) -> None:
        """Begin with a partition that has just been restored: nothing waits in memory."""
        self._level_at = self._deployment.clocks.steady()
        self._deployment.metrics.partitions.stored(self._source, opened)

    async def go_on(self, opened: OpenPartition) -> None:
        """Write back if it is time; in slices, for the loop is everybody's."""
        state, now = self._deployment.settings.state, self._deployment.clocks.steady()
        many = max(FEWEST_ROWS, state.unwritten_rows // self._place.tasks)
        large = max(opened.table.unwritten, opened.table.due.unwritten) >= many
        if large or (opened.table.unwritten and now - self._level_at > state.unwritten_seconds):
            for _ in opened.table.write_back():
                await asyncio.sleep(0)
            self._level_at = now
            self._deployment.metrics.partitions.stored(self._source, opened)
