"""A view with much to read for the first time in, the same view read and indexed by several processes out."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Any, Final

import structlog

from app.kafka_settings import KafkaSettings
from app.serving.gathering import GATHERED
from app.serving.level import Level, Place
from app.serving.readers import Job, Readers, ReadersEnded
from app.serving.shares import IndexShare, ReadShare
from app.serving.view import View

log = structlog.get_logger("segue.serving")

MANY: Final = 2 * GATHERED
"""Records that are worth the trouble."""


class Sharing:
    """Hands out shares of a first reading. Where a process fails, the view goes on alone from what it has."""

    def __init__(
        self, readers: Readers, kafka: KafkaSettings, view: View, read: Callable[[int], None], many: int = MANY
    ) -> None:
        self._readers, self._kafka, self._view, self._read, self._many = readers, kafka, view, read, many

    async def read(self, level: Level, ends: dict[Place, int]) -> None:
        """Read standings up to these ends, at least, if there are many between; else end the processes."""
        view, count = self._view, len(self._readers)
        left = {
            place: view.positions[place]
            for place in ends
            if view.sources[place[0]] == "standings" and view.positions[place] < ends[place]
        }
        records = sum(ends[place] - position for place, position in left.items())
        if view.first is None or records < self._many or not count:
            self.end()
            return
        log.info("the view is read in shares", processes=count, records=records)
        shares = [dict(list(left.items())[number::count]) for number in range(count)]
        scratch = view.first.scratch
        jobs = [ReadShare(self._kafka, share, scratch, f"rows{n}") for n, share in enumerate(shares) if share]
        async for gathered in self._told(jobs):
            view.take_over(gathered)
            self._read(gathered.records)
            for place, position in gathered.positions.items():
                level.read_to(place, position)

    async def index(self) -> None:
        """Index all rows if processes have read them, and end those; what they have left is for the view to index."""
        view, count = self._view, len(self._readers)
        if view.first is not None and count:
            view.begin_index()
            scratch, frozen, cuts = view.first.scratch, view.first.frozen(), view.first.shares(count)
            jobs = [IndexShare(frozen, *cut, scratch, f"index{n}") for n, cut in enumerate(cuts)]
            async for indexed in self._told(jobs):
                view.first.put_index(indexed)
            if self._readers:
                view.end_index()
        self.end()

    def end(self) -> None:
        """End the processes."""
        self._readers.close()

    async def _told(self, jobs: Sequence[Job]) -> AsyncIterator[Any]:
        """Give what processes tell of jobs; where one fails, all are ended, and so is what they tell."""
        async with aclosing(self._readers.work(jobs)) as telling:
            try:
                async for told in telling:
                    yield told
            except ReadersEnded as ended:
                log.warning("one process reads alone now", error=str(ended))
                self.end()
