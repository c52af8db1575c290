"""Published moves in, where the newest of each partition lie out: for those who come back to the stream."""

from typing import Final

from rocksdict import Rdict

from app.serving import keys
from app.serving.draft import Draft
from app.serving.stored import family

KEPT: Final = 50_000
"""So many offsets of each partition are kept."""
TRIM: Final = 5_000


class KeptNews:
    """Knows of each partition from which offset on all is here. One thread uses it."""

    def __init__(self, db: Rdict) -> None:
        self._db = db
        self.since = {
            int.from_bytes(partition): keys.read_long(stored, 0) for partition, stored in family(db, keys.NEWS_FROM)
        }
        """By partition of the moves: news from this offset on is all here."""

    def expect(self, partition: int, position: int, end: int) -> None:
        """Hear from where a partition is read, and to where: of a first reading only the end is news."""
        if partition not in self.since:
            self._begin_at(partition, max(position, end - KEPT))

    def keep(self, draft: Draft) -> None:
        """Note where the news of a draft lies."""
        for news in draft.news:
            if news.offset >= self.since.get(news.partition, 0):
                draft.rows[keys.place(news.partition, news.offset)] = news.key

    def trim(self, partition: int, position: int) -> None:
        """Forget news that is too old, now and then; `position` is the next offset to read."""
        oldest, since = position - KEPT, self.since.get(partition, 0)
        if oldest - since < TRIM:
            return
        self._begin_at(partition, oldest)
        self._db.delete_range(keys.place(partition, since), keys.place(partition, oldest))

    def _begin_at(self, partition: int, offset: int) -> None:
        self.since[partition] = offset
        self._db.put(keys.NEWS_FROM + partition.to_bytes(4), keys.long(offset))
