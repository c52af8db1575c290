"""Runs of published records in, one RocksDB that answers by key and in order out, always level with a position."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Literal

from app.serving import keys
from app.serving.day_sums import DaySums
from app.serving.draft import Draft, News, counted
from app.serving.durability import log_writes
from app.serving.erasing import Erased
from app.serving.first_reading import FirstReading
from app.serving.gathered import Gathered
from app.serving.gathering import GATHERED
from app.serving.granted import take_rewards
from app.serving.kept_news import KeptNews
from app.serving.level import Place
from app.serving.moves import pieces, read_moves, take_moves
from app.serving.ranks import read_ranks
from app.serving.standings import take_heard, take_standings
from app.serving.stored import clear, family, value
from schemas.topics import Topics
from tables.rocks import RocksMemory

Source = Literal["standings", "moves", "rewards"]
VIEW: Final = "view.db"
FORMAT: Final = b"3"
NOTED_MS: Final = 60_000


class View:
    """What is published, by customer, by segment, by what is due, by day. One thread uses it."""

    def __init__(self, directory: Path, topics: Topics, memory: RocksMemory) -> None:
        self.sources: dict[str, Source] = {
            topics.customer_segments: "standings",
            topics.transitions: "moves",
            topics.rewards: "rewards",
        }
        self.db = memory.open(directory / VIEW)
        self._scratch = directory / "scratch"
        self.listeners: list[Callable[[list[News]], None]] = []
        """Hear of moves once they are written."""
        self.forgetting: list[Callable[[], None]] = []
        """Hear that what was told is read again: it is no news then."""
        self.unreadable = 0
        """Records that are none of Segue's, since start."""
        self.logged = False
        """Whether what is written outlives a process that is killed at once."""
        log_writes(self.db, logged=False)
        self._identity = f"{FORMAT.decode()} {topics.transitions} {topics.customer_segments} {topics.rewards}".encode()
        if self.db.get(keys.IDENTITY) != self._identity:
            self.forget()
        else:
            self._load()

    def close(self) -> None:
        """Leave the database as it is."""
        self.db.close()

    def forget(self) -> None:
        """Begin anew: everything here can be read again from the topics."""
        for hear in self.forgetting:
            hear()
        log_writes(self.db, logged=False)
        self.logged = False
        clear(self.db)
        self.db.put(keys.SECRET, secrets.token_bytes(32))
        self.db.put(keys.IDENTITY, self._identity)
        self._load()

    def _load(self) -> None:
        db = self.db
        self.first = FirstReading(db, self._scratch) if db.get(keys.UNINDEXED) is not None else None
        """What is put first, and indexed later; None: indexes and sizes are what the customers make them."""
        self.ranks = read_ranks(db.get(keys.RANKS))
        self.moves_of_day = DaySums(db, keys.MOVES_OF_DAY)
        self.rewards_of_day = DaySums(db, keys.REWARDS_OF_DAY)
        self.erased = Erased(db, value(db, keys.SECRET))
        self.sizes = self._sizes()
        """Customers by segment; "" is none."""
        self.positions = {
            (key[4:].decode(), int.from_bytes(key[:4])): keys.read_long(stored, 0)
            for key, stored in family(db, keys.POSITION)
        }
        """Next offset to read, by topic and partition."""
        level_at = db.get(keys.LEVEL_AT)
        self.level_at = keys.read_long(level_at, 0) if level_at is not None else 0
        """About when (epoch ms) everything was here, or began to be read; 0: nothing was."""
        self.news = KeptNews(db)

    def _sizes(self) -> Counter[str]:
        return Counter({key.decode(): counted(stored) for key, stored in family(self.db, keys.SIZE)})

    def begin_unasked(self, now: int, gathered: int = GATHERED) -> None:
        """Hear that nobody asks until `index`: a view that has read nothing leaves indexes and sizes till then.

        So many customers are gathered before they are written. What compaction takes away later than `now` (epoch ms) a
        reading that is cut short may miss.
        """
        if not self.positions:
            self.note_level(now)
        if any(self.sources.get(topic) == "standings" for topic, _ in self.positions):
            return
        clear(self.db, keys.CUSTOMER)  # of one that was killed before
        self.db.put(keys.UNINDEXED, b"")
        self.first = FirstReading(self.db, self._scratch, gathered)

    @property
    def indexed(self) -> bool:
        """Whether indexes and sizes are what the customers read so far make them."""
        return self.first is None

    def take_over(self, gathered: Gathered) -> None:
        """Take over what was gathered in a first reading, here or by another process."""
        draft, first = Draft(), self.first
        assert first is not None, "only then anything is gathered"
        take_heard(draft, self.db, gathered.heard, self.ranks, self.erased)
        self._write(draft)
        first.put(gathered)
        self.positions.update(gathered.positions)

    def index(self) -> Iterator[None]:
        """Make indexes and sizes, where they were left, in pieces; nothing may be applied between them."""
        if self.first is not None:
            self.begin_index()
            yield from self.first.index()
            self.end_index()

    def begin_index(self) -> None:
        """Put all that was read in files, and take away what an indexing that was cut short has left."""
        assert self.first is not None, "indexes are not left"
        self.take_over(self.first.rest())
        self.first.begin_index()

    def end_index(self) -> None:
        """Hear that every index is put."""
        assert self.first is not None, "indexes are not left"
        self.first.end_index()
        self.first = None
        self.sizes = self._sizes()

    def caught_up(self) -> None:
        """Hear that everything was read once: from now on a process that is killed loses nothing.

        Until then nothing is logged: what is lost with the process can be read again, and positions with it, for they
        lie in the same batches. And files may be many before they are compacted, which had up to a fifth of the time.
        """
        self.db.flush(True)
        log_writes(self.db, logged=True)
        self.logged = True

    def note_level(self, as_of: int) -> None:
        """Hear up to when (epoch ms) everything is here; it is written down now and then."""
        if as_of - self.level_at >= NOTED_MS:
            self.level_at = as_of
            self.db.put(keys.LEVEL_AT, keys.long(as_of))

    def expect(self, topic: str, partition: int, begin: int, end: int) -> int:
        """Hear what a log holds; gives the offset to read on from."""
        position = self.positions.setdefault((topic, partition), begin)
        if self.sources[topic] == "moves":
            self.news.expect(partition, position, end)
        return position

    def apply(self, topic: str, partition: int, records: list[Any], position: int) -> None:
        """Take what one fetch brought of a partition; `position` is the next offset to read."""
        draft, place = Draft(), (topic, partition)
        match self.sources[topic]:
            case "standings" if self.first is not None:
                if (gathered := self.first.take(records, place, position)) is not None:
                    self.take_over(gathered)
                self.positions[place] = position
                return
            case "standings":
                take_standings(draft, self.db, records, self.ranks, self.erased)
            case "rewards":
                take_rewards(draft, records, self.erased)
            case "moves":
                told = read_moves(records, draft)
                for piece, behind in pieces(told, position):
                    take_moves(draft, self.db, piece, self.ranks, self.erased)
                    self.news.keep(draft)
                    self._write(draft, (place, behind))
                    draft = Draft()
                self.news.trim(partition, position)
        self._write(draft, (place, position))

    def _write(self, draft: Draft, read: tuple[Place, int] | None = None) -> None:
        """Write a draft, with how far a partition is read behind it."""
        for segment, by in draft.sizes.items():
            name = segment.decode()
            self.sizes[name] += by
            draft.counts[keys.SIZE + segment] += by
        if self.ranks.changed:
            draft.rows[keys.RANKS] = self.ranks.stored()
            self.ranks.changed = False
        if read is not None:
            place, position = read
            draft.rows[keys.position_key(*place)] = keys.long(position)
            self.positions[place] = position
        draft.write(self.db)
        self.moves_of_day.written(draft.counts)
        self.rewards_of_day.written(draft.counts)
        self.unreadable += draft.unreadable
        if draft.news:
            for listener in self.listeners:
                listener(draft.news)
